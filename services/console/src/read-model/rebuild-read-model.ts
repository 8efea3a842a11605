import type { EventLog } from '@holdpoint/event-log';
import type { ReadModel, ReadModels } from './open-read-model.ts';
import { READ_MODEL_PREFIXES, type ProjectionRun } from './run-projections.ts';

export type RebuildProgress = { events: number; position: string | null; elapsedMs: number };

type Deps = {
  eventLog: Pick<EventLog, 'replay'>;
  models: ReadModels;
  run: Pick<ProjectionRun, 'whileStill'>;
  onProgress?: (progress: RebuildProgress) => void;
};

/**
 * Builds the read model again from the first event, beside the one that serves, and swaps the two. Reads go on all the time; the live
 * fold stands still only for the last stretch. Reaches nothing but the log and the new file.
 * @returns what was folded.
 */
export const rebuildReadModel = async ({ eventLog, models, run, onProgress }: Deps): Promise<RebuildProgress> => {
  const began = performance.now();
  const next = await models.openNext();
  let events = 0;
  const progress = (): RebuildProgress => ({ events, position: next.position(), elapsedMs: Math.round(performance.now() - began) });
  const replayInto = async (model: ReadModel) => {
    await eventLog.replay({
      prefixes: [...READ_MODEL_PREFIXES],
      from: model.position() ?? 'start',
      onEvents: async batch => {
        events += (await model.apply(batch)).length;
        onProgress?.(progress());
      },
    });
  };
  try {
    await replayInto(next);
    await run.whileStill(async () => {
      await replayInto(next);
      await models.swap(next);
    });
  } catch (error) {
    await next.close().catch(() => undefined);
    throw error;
  }
  return { ...progress(), position: models.current().position() };
};
