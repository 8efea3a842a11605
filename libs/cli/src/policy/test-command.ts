import { runCases, type CaseResult } from '@holdpoint/gate';
import { isSet, type Command } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT, usage } from '../stop.ts';
import { readPolicyFile, usablePolicy } from './policy-file.ts';

/** `holdpoint policy test`: runs the given/then cases written in policy files. */
export const testCommand: Command = {
  name: 'policy test',
  takes: '<file>…',
  summary: 'Run the cases written in policy files',
  options: { verbose: { type: 'boolean' } },
  help: { '<file>…': 'YAML or JSON; - reads standard input.', '--verbose': 'Show the cases that hold, too, with the explanation.' },
  run: (given, io) => {
    if (given.words.length === 0) throw usage('Name at least one policy file: holdpoint policy test policy.yaml');
    const files = given.words.map(word => {
      const read = readPolicyFile(word);
      return { file: read.file, cases: runCases(usablePolicy(read)) };
    });
    const all = files.flatMap(({ cases }) => cases);
    const failed = all.filter(({ ok }) => !ok).length;
    if (isSet(given, 'json')) io.out(JSON.stringify({ ok: failed === 0, passed: all.length - failed, failed, files }));
    else {
      for (const { file, cases } of files) for (const one of cases) show(io, file, one, isSet(given, 'verbose'));
      io.out(`${all.length - failed} passed, ${failed} failed`);
      if (all.length === 0) io.err('There are no cases. Write what must pass and what must not under `cases:`.');
    }
    return failed === 0 ? EXIT.done : EXIT.problems;
  },
};

const show = (io: Io, file: string, { name, ok, expected, said, explanation, problems }: CaseResult, verbose: boolean): void => {
  if (ok && !verbose) return;
  io.out(`${ok ? 'ok  ' : 'FAIL'} ${file}: ${name}`);
  if (!ok) {
    const wanted = [
      expected.verdict,
      expected.rule === undefined ? '' : `rule ${expected.rule}`,
      expected.route === undefined ? '' : `route ${expected.route}`,
    ];
    io.out(`       expected ${wanted.filter(Boolean).join(', ')}`);
    io.out(`       got      ${said.verdict}, rule ${said.rule}, route ${said.route}`);
  }
  io.out(`       ${explanation}`);
  for (const problem of problems) io.out(`       problem: ${problem}`);
};
