import { lintPolicy } from '@holdpoint/gate';
import { isSet, type Command } from '../command.ts';
import { EXIT, usage } from '../stop.ts';
import { findingLine, readPolicyFile } from './policy-file.ts';

/** `holdpoint policy lint`: what is wrong or doubtful in policy files, with line and column. */
export const lintCommand: Command = {
  name: 'policy lint',
  takes: '<file>…',
  summary: 'Say what is wrong or doubtful in policy files, with line and column',
  options: { strict: { type: 'boolean' } },
  help: { '<file>…': 'YAML or JSON; - reads standard input.', '--strict': 'Warnings count as problems too.' },
  run: (given, io) => {
    if (given.words.length === 0) throw usage('Name at least one policy file: holdpoint policy lint policy.yaml');
    const files = given.words.map(word => {
      const { file, text } = readPolicyFile(word);
      return { file, problems: lintPolicy(text) };
    });
    const all = files.flatMap(({ problems }) => problems);
    const errors = all.filter(({ severity }) => severity === 'error').length;
    const failed = errors > 0 || (isSet(given, 'strict') && all.length > 0);
    if (isSet(given, 'json')) io.out(JSON.stringify({ ok: !failed, files }));
    else {
      for (const { file, problems } of files) for (const problem of problems) io.out(findingLine(file, problem));
      const warnings = all.length - errors;
      io.err(all.length === 0 ? 'Nothing to say.' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`);
    }
    return failed ? EXIT.problems : EXIT.done;
  },
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
