import { parseArgs } from 'node:util';
import { COMMANDS } from './commands.ts';
import type { Command, Given } from './command.ts';
import { table, type Io } from './io.ts';
import { EXIT, Stop, usage, type Exit } from './stop.ts';

/**
 * Runs one command line.
 * @param argv what stands behind `holdpoint`
 * @returns the exit code: 0 done, 1 problems found, 2 usage, 3 unreachable, 4 nobody has decided yet
 */
export const run = async (argv: readonly string[], io: Io): Promise<Exit> => {
  const json = argv.includes('--json');
  try {
    const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word));
    if (command === undefined) return overview(argv, io);
    const given = parsed(command, argv.slice(command.name.split(' ').length));
    if (given.options['help'] === true) {
      io.out(helpOf(command));
      return EXIT.done;
    }
    return await command.run(given, io);
  } catch (error) {
    if (io.signal?.aborted === true && error === io.signal.reason) return EXIT.pending;
    if (!(error instanceof Stop)) throw error;
    if (json) io.out(JSON.stringify({ ok: false, message: error.message, ...error.details }));
    else io.err(error.message);
    return error.exit;
  }
};

const parsed = (command: Command, args: string[]): Given => {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    });
    return { words: positionals, options: values as Given['options'] };
  } catch (error) {
    throw usage(`${(error as Error).message}\nSee: holdpoint ${command.name} --help`);
  }
};

const overview = (argv: readonly string[], io: Io): Exit => {
  const asked = argv.filter(word => word !== '--json' && word !== 'help');
  const isHelp = asked.length === 0 || asked.includes('--help') || asked.includes('-h');
  const words = asked.filter(word => !word.startsWith('-'));
  const about = COMMANDS.filter(({ name }) => words.length === 0 || name.startsWith(words.join(' ')));
  if (!isHelp && !(words.length > 0 && about.length > 0 && words.length === asked.length))
    throw usage(`There is no command "holdpoint ${asked.join(' ')}". See: holdpoint --help`);
  const listed = about.length === 0 ? COMMANDS : about;
  io.out(
    [
      'holdpoint — the command line of the approval gate',
      '',
      table(listed.map(({ name, takes, summary }) => [`  holdpoint ${name} ${takes}`, summary])),
      '',
      'Every command takes --json (one object on stdout) and --help.',
      'Exit codes: 0 done · 1 problems found · 2 the command line, a file or a setting cannot be used · 3 unreachable · 4 nobody has decided yet',
    ].join('\n'),
  );
  return EXIT.done;
};

const helpOf = ({ name, takes, summary, help }: Command): string =>
  [
    `holdpoint ${name} ${takes}`.trimEnd(),
    '',
    summary,
    '',
    table(Object.entries({ ...help, '--json': 'One JSON object on stdout.' }).map(([option, means]) => [`  ${option}`, means])),
  ].join('\n');
