import { AGENT_HELP, AGENT_OPTIONS, agentsUrlOf } from '../api/agents-api.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf, dataFolderOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { readCliConfig } from '../cli.config.ts';
import { isSet, type Command } from '../command.ts';
import type { Io } from '../io.ts';
import { paint, plain } from '../paint.ts';
import { EXIT } from '../stop.ts';
import { wordsOf } from '../words.ts';
import type { Finding } from './finding.ts';
import { machineFindings } from './machine.ts';
import { organizationFindings } from './organization.ts';
import { brokerFinding, clockFinding, probe, serviceFinding, storeFinding } from './services.ts';

/** `holdpoint doctor`: looks at everything an installation stands on, and says in words what is wrong and what to do. Changes nothing. */
export const doctorCommand: Command = {
  name: 'doctor',
  takes: '',
  summary: 'Look at store, broker, database, channels, endpoints, disk and clocks; says what is wrong and what to do',
  options: { ...ACCESS_OPTIONS, url: AGENT_OPTIONS.url, 'send-tests': { type: 'boolean' } },
  help: {
    '--send-tests': 'Also send a test message to your own address on every channel that is set up.',
    '--url <url>': AGENT_HELP['--url <url>'],
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    wordsOf(given);
    const access = accessOf(given, io);
    const url = agentsUrlOf(given, io);
    const [console_, ingest] = await Promise.all([probe(access.consoleUrl), probe(url)]);
    const seen = [console_, ingest].filter(one => one !== null);
    const findings: Finding[] = [
      serviceFinding('console', access.consoleUrl, console_),
      serviceFinding("agents' API", url, ingest),
      ...(seen.length === 0 ? [] : [storeFinding(seen), brokerFinding(seen)]),
      ...(console_ === null ? [] : await organizationFindings(operatorsApi(access), { sendTests: isSet(given, 'send-tests') })),
      ...machineFindings(dataFolderOf(given, readCliConfig(io.env))),
      ...(console_ === null ? [] : [clockFinding('the console', console_)]),
      ...(ingest === null ? [] : [clockFinding("the agents' API", ingest)]),
    ];
    const isWell = findings.every(({ state }) => state !== 'bad');
    if (isSet(given, 'json')) io.out(JSON.stringify({ ok: isWell, findings }));
    else write(io, findings);
    if (seen.length === 0) return EXIT.unreachable;
    return isWell ? EXIT.done : EXIT.problems;
  },
};

const MARKS = { good: 'ok  ', doubtful: 'note', bad: 'BAD ' } as const;

const write = (io: Io, findings: readonly Finding[]): void => {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, says, todo } of findings) {
    io.out(`${paint(io, state, MARKS[state])}  ${check.padEnd(width)}  ${plain(says, 400)}`);
    if (todo !== undefined) io.out(`${' '.repeat(width + 8)}${paint(io, 'faint', `→ ${todo}`)}`);
  }
  const [wrong, notes] = (['bad', 'doubtful'] as const).map(wanted => findings.filter(({ state }) => state === wanted).length);
  io.out('');
  io.out(
    wrong === 0
      ? paint(io, 'good', `Nothing is wrong${notes === 0 ? '' : `; ${notes} to know`}.`)
      : paint(io, 'bad', `${wrong} to put right, ${notes} to know.`),
  );
};
