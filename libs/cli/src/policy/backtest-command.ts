import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { EventUnreadable, LogUnavailable } from '@holdpoint/event-log';
import { DECISION_MINUTES_MAX, type BacktestFinding, type BacktestSetup } from '@holdpoint/gate';
import { isSet, textOf, type Command, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { openProgressBar } from '../progress-bar.ts';
import { EXIT, Stop, usage } from '../stop.ts';
import { reportOf } from './backtest-report.ts';
import { runBacktest } from './backtest-run.ts';
import { readPolicyFile, usablePolicy } from './policy-file.ts';
import { LOG_HELP, LOG_OPTIONS, openRecordedLog, recordedVersions, type RecordedLog, type RecordedVersion } from './recorded-log.ts';

/** Cases shown of each kind when nothing else is said. */
const SHOWN = 10;

/** `holdpoint policy backtest`: what a policy would have said about everything that was ever asked. */
export const backtestCommand: Command = {
  name: 'policy backtest',
  takes: '<file|version|active>',
  summary: 'Play a policy over the recorded log, and compare it with what people decided',
  options: {
    ...LOG_OPTIONS,
    against: { type: 'string' },
    policy: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    'own-period': { type: 'boolean' },
    'minutes-cap': { type: 'string' },
    show: { type: 'string' },
    all: { type: 'string' },
  },
  help: {
    '<file|version|active>': 'The candidate: a policy file, or a published version.',
    '--against <…>': 'recorded: what the gate said at the time (default); active, or the number of a published version.',
    '--policy <id>': 'Whose version, when several policies have it.',
    '--from, --to <instant>': 'Only what was asked in this time, for example 2026-10-01 or 2026-10-01T08:00:00Z; --to is exclusive.',
    '--own-period': 'Only what was gated under the candidate itself, which must be a published version: nothing may differ.',
    '--show <n>': `Cases to show of each kind; ${SHOWN} by default.`,
    '--all <file>': 'Write every case as a line of JSON.',
    '--minutes-cap <n>': `Longest time counted for one decision, minutes; ${DECISION_MINUTES_MAX} by default.`,
    ...LOG_HELP,
  },
  run: async (given, io) => {
    const [candidate, ...rest] = given.words;
    if (candidate === undefined || rest.length > 0) throw usage('Name one candidate: holdpoint policy backtest policy.yaml');
    const recorded = await openRecordedLog(given, io);
    try {
      return await compare(given, io, recorded, candidate);
    } catch (error) {
      if (error instanceof LogUnavailable) throw new Stop(EXIT.unreachable, `The event store went away: ${error.message}. Run it again.`);
      if (error instanceof EventUnreadable)
        throw usage(
          `${error.message}\nA backtest that leaves events out would mislead; add the key that sealed them (--data, HOLDPOINT_MASTER_KEY_FILE).`,
        );
      throw error;
    } finally {
      await recorded.close();
    }
  },
};

const compare = async (given: Given, io: Io, recorded: RecordedLog, candidate: string) => {
  const { setup, names } = await setupOf(given, recorded, candidate);
  const showMax = numberOf(textOf(given, 'show'), SHOWN, '--show');
  const allFile = textOf(given, 'all');
  const all = allFile === undefined ? null : openSync(allFile, 'w', 0o600);
  const shown: BacktestFinding[] = [];
  const run = await runBacktest(recorded, setup, {
    progress: openProgressBar(io, 'events'),
    onFinding: finding => {
      if (shown.filter(({ kind }) => kind === finding.kind).length < showMax) shown.push(finding);
      if (all !== null) writeSync(all, `${JSON.stringify(finding)}\n`);
    },
  }).finally(() => all !== null && closeSync(all));
  const { summary, events, seconds, erased } = run;
  const ok = summary.wouldPassButRejected.count === 0;
  if (isSet(given, 'json')) io.out(JSON.stringify({ ok, ...names, events, seconds, erased, ...summary, shown }));
  else for (const line of reportOf(summary, { findings: shown, allFile, ...names }, run)) io.out(line);
  return ok ? EXIT.done : EXIT.problems;
};

type Chosen = { setup: Omit<BacktestSetup, 'actionOf'>; names: { candidate: string; against: string } };

const setupOf = async (given: Given, recorded: RecordedLog, word: string): Promise<Chosen> => {
  const versions = await recordedVersions(recorded);
  const find = (which: string) => versionNamed(versions, which, textOf(given, 'policy'));
  const isFile = existsSync(word) || word === '-';
  const published = isFile ? null : find(word);
  const document = published?.document ?? usablePolicy(readPolicyFile(word));
  const against = textOf(given, 'against') ?? 'recorded';
  const baseline = against === 'recorded' ? against : find(against);
  const [from, to] = [instantOf(given, 'from'), instantOf(given, 'to')];
  if (isSet(given, 'own-period') && published === null) throw usage('--own-period needs a published version as the candidate, or active.');
  return {
    setup: {
      candidate: { version: published?.version ?? 0, document },
      against: baseline,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(isSet(given, 'own-period') && published !== null ? { gatedUnder: { id: published.id, version: published.version } } : {}),
      minutesCap: numberOf(textOf(given, 'minutes-cap'), DECISION_MINUTES_MAX, '--minutes-cap'),
    },
    names: {
      candidate: published === null ? word : `${published.id} ${published.version}`,
      against: baseline === 'recorded' ? 'what the gate said at the time' : `${baseline.id} ${baseline.version}`,
    },
  };
};

const versionNamed = (versions: readonly RecordedVersion[], which: string, policyId: string | undefined): RecordedVersion => {
  const found = versions.filter(
    ({ id, version, active }) => (policyId === undefined || id === policyId) && (which === 'active' ? active : String(version) === which),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const there = versions.map(({ id, version, active }) => `${id} ${version}${active ? ' (active)' : ''}`).join(', ');
  throw usage(
    only === undefined
      ? `${which} is neither a policy file nor a published version. Published: ${there || 'none'}.`
      : `Several policies have a version ${which}: say which with --policy <id>. Published: ${there}.`,
  );
};

const instantOf = (given: Given, name: string): string | undefined => {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw usage(`--${name} must be an instant such as 2026-10-01T08:00:00Z.`);
  return new Date(ms).toISOString();
};

const numberOf = (text: string | undefined, byDefault: number, option: string): number => {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw usage(`${option} must be a number from 0.`);
  return value;
};
