import { effectiveActionOf } from '@holdpoint/approval';
import { openBacktest, type BacktestFinding, type BacktestSetup, type BacktestSummary } from '@holdpoint/gate';
import type { ProgressBar } from '../progress-bar.ts';
import { leaveOutErased, PAST_PREFIXES, pastEventOf } from './past-events.ts';
import { headOf, type RecordedLog } from './recorded-log.ts';

/** `erased`: requests that are left out, because what they said is erased. */
export type BacktestRun = { summary: BacktestSummary; events: number; seconds: number; erased: number };

/** Ends a replay early: everything of the period has ended. */
class Done extends Error {}

/**
 * Streams the recorded log through a backtest, in constant memory: what is not looked at is not opened, and nothing is kept of what ended.
 * @param onFinding gets every case worth a look, as it turns out
 * @throws LogUnavailable, EventUnreadable
 */
export const runBacktest = async (
  recorded: RecordedLog,
  setup: Omit<BacktestSetup, 'actionOf'>,
  { progress, onFinding }: { progress: ProgressBar; onFinding(finding: BacktestFinding): void },
): Promise<BacktestRun> => {
  const backtest = openBacktest({ ...setup, actionOf: effectiveActionOf });
  const head = await headOf(recorded);
  const startedMs = performance.now();
  let events = 0;
  const { unlessErased, erased } = leaveOutErased();
  const replaying = recorded.log.replay({
    prefixes: PAST_PREFIXES,
    from: 'start',
    onEvents: batch => {
      events += batch.length;
      for (const event of batch) {
        const past = unlessErased(event, () => pastEventOf(recorded.log, recorded.tenant, event));
        if (past !== null) for (const finding of backtest.take(past)) onFinding(finding);
      }
      const last = batch.at(-1);
      if (last === undefined) return;
      progress.at(Number(last.position) / head, events);
      if (backtest.isDone(last.metadata.recordedAt)) throw new Done();
    },
  });
  await replaying.catch((error: unknown) => {
    if (!(error instanceof Done)) throw error;
  });
  progress.end();
  return { summary: backtest.summary(), events, seconds: (performance.now() - startedMs) / 1_000, erased: erased() };
};
