import { findOrInstall } from '../setup/debian-package.ts';
import { table } from './figures.ts';
import { DECISIONS, measureCallbacks } from './measure-callbacks.ts';

/**
 * `npm run bench -- callbacks [--decisions N] [--json]`. Exits with 1 when a decision was lost or came under two ids; how long healthy
 * endpoints waited is told, not judged.
 */
export const benchCallbacks = async (json: boolean, say: (line: string) => void): Promise<void> => {
  const at = process.argv.indexOf('--decisions');
  const decisions = at > 0 ? Number(process.argv[at + 1]) : DECISIONS;
  const found = findOrInstall('nats-server', 'nats-server', say);
  const { well, unwell } = await measureCallbacks('path' in found ? found.path : null, decisions, say);
  const rows = Object.entries({ '50 healthy': well, '10 slow, 5 dead, 5 × 429': unwell });
  if (json) process.stdout.write(`${JSON.stringify({ callbacks: { well, unwell } })}\n`);
  say(
    table(
      rows.map(([what, { decisions: count, decidedPerSec, healthy, lost, ambiguous, recoverySec }]) => ({
        what,
        decisions: count,
        'decided/s': decidedPerSec,
        'healthy p50 ms': healthy.p50,
        'p99 ms': healthy.p99,
        'max ms': healthy.max,
        lost,
        'ids ≠ 1': ambiguous,
        'all told after, s': recoverySec,
      })),
    ),
  );
  say(`Calls for each decision, with the unwell ones: ${JSON.stringify(unwell.callsEach)}`);
  if (rows.some(([, { lost, ambiguous }]) => lost + ambiguous > 0)) process.exit(1);
};
