import { isDeepStrictEqual } from 'node:util';
import { streamOf, type AmountBand, type Event, type SettingsEvent, type WorkItem } from '@holdpoint/contracts';
import { hasDrifted } from '@holdpoint/gate';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import { causedBy } from './caused-by.ts';
import type { RoutingMetrics } from './metrics.ts';
import type { ReviewedSample, SampleReviews } from './sample-reviews.ts';

export type DriftDeps = {
  eventLog: Pick<EventLog, 'open' | 'handle' | 'load'>;
  samples: Pick<SampleReviews, 'upTo'>;
  now: () => string;
  logger: Pick<Logger, 'warn'>;
  metrics: Pick<RoutingMetrics, 'bandReturned'>;
};

/**
 * Somebody looked at an automatic approval afterwards. A disagreement may show that the rules let through what people would not: then the
 * band goes back to people by itself, once, until somebody releases it. Agreement changes nothing.
 * @throws LogUnavailable, EventUnreadable
 */
export const watchDrift = async (deps: DriftDeps, item: WorkItem): Promise<void> => {
  const { eventLog, samples, now, logger, metrics } = deps;
  const { tenant } = item.metadata;
  if (await agreed(deps, item)) return;
  const reviewed = await samples.upTo(tenant, item.stream);
  const at = now();
  const { events } = await eventLog.handle(
    {
      initial: NO_BANDS,
      evolve: evolveBands,
      decide: (_: null, bands): Event[] =>
        driftedBands(reviewed, bands).map(data => ({ type: 'BandReturnedToReview', data: { ...data, at } })),
    },
    streamOf.gatePolicy(tenant),
    null,
    causedBy(item, 'drift', at),
  );
  for (const event of events) {
    metrics.bandReturned();
    logger.warn({ tenant, ...event.data }, 'people rejected samples of automatic approvals; this band goes to people until it is released');
  }
};

const agreed = async ({ eventLog }: DriftDeps, item: WorkItem): Promise<boolean> => {
  if (item.data !== undefined) return (item.data as { agreed?: unknown }).agreed === true;
  const { events } = await eventLog.load(item.stream, { fromRevision: item.revision, maxCount: 1 });
  const [event] = events;
  return event?.type !== 'AfterReviewed' || event.data.agreed;
};

type Band = { agentId: string; tool: string; band: AmountBand };
/** What became of bands, the newest word about each. */
type Bands = readonly (Band & { returned: boolean; at: string })[];
const NO_BANDS: Bands = [];

const isSame = (a: Band, b: Band): boolean => a.agentId === b.agentId && a.tool === b.tool && isDeepStrictEqual(a.band, b.band);

const evolveBands = (bands: Bands, event: Event): Bands => {
  const { type, data } = event as SettingsEvent;
  if (type !== 'BandReturnedToReview' && type !== 'BandReleased') return bands;
  const { agentId, tool, band, at } = data;
  const said = { agentId, tool, band, at, returned: type === 'BandReturnedToReview' };
  return [...bands.filter(one => !isSame(one, said)), said];
};

/** Bands that drifted and are not returned yet, counting what was looked at since each was last released. */
const driftedBands = (reviewed: readonly ReviewedSample[], bands: Bands) => {
  const counts: (Band & { sampled: number; rejected: number })[] = [];
  for (const { agentId, tool, band, agreed, at } of reviewed) {
    const known = bands.find(one => isSame(one, { agentId, tool, band }));
    if (known !== undefined && (known.returned || Date.parse(at) <= Date.parse(known.at))) continue;
    let count = counts.find(one => isSame(one, { agentId, tool, band }));
    if (count === undefined) counts.push((count = { agentId, tool, band, sampled: 0, rejected: 0 }));
    count.sampled += 1;
    if (!agreed) count.rejected += 1;
  }
  return counts.filter(({ sampled, rejected }) => hasDrifted(sampled, rejected));
};
