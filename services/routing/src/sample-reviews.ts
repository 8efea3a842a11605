import { idOf, type ApprovalEvent, type AmountBand } from '@holdpoint/contracts';
import { EventErased, type EventLog, type LoggedEvent } from '@holdpoint/event-log';
import { bandOf } from '@holdpoint/gate';
import type { Logger } from '@holdpoint/service-kit';

/** Samples older than this say nothing about how the rules do today, milliseconds. */
const SAMPLE_AGE_MS = 30 * 86_400_000;

/** A look afterwards at something a rule let through by itself. */
export type ReviewedSample = { agentId: string; tool: string; band: AmountBand; agreed: boolean; at: string };

/** The samples people looked at, by organisation. Reads the log from its start when somebody first disagrees with one, and follows it from then on. */
export type SampleReviews = {
  /** Samples of the last 30 days, once the review in this stream is among them. */
  upTo(tenant: string, stream: string): Promise<readonly ReviewedSample[]>;
  close(): Promise<void>;
};

type Deps = { eventLog: Pick<EventLog, 'subscribe' | 'load'>; now: () => string; logger: Pick<Logger, 'info'> };

export const openSampleReviews = (deps: Deps): SampleReviews => {
  let reading: ReturnType<typeof readReviews> | null = null;
  return {
    upTo: (tenant, stream) => (reading ??= readReviews(deps)).upTo(tenant, stream),
    close: async () => reading?.close(),
  };
};

const readReviews = ({ eventLog, now, logger }: Deps) => {
  const samples = new Map<string, Map<string, ReviewedSample>>();
  /** Reviews that were looked at and are of no sample, or of one that is erased. */
  const others = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const isOld = (at: string): boolean => Date.parse(at) < Date.parse(now()) - SAMPLE_AGE_MS;
  const take = async ({ stream, metadata: { tenant, recordedAt } }: LoggedEvent): Promise<void> => {
    if (isOld(recordedAt)) return;
    const sample = await sampleOf(stream);
    const known = samples.get(tenant) ?? new Map<string, ReviewedSample>();
    samples.set(tenant, known);
    if (sample === null) others.add(stream);
    else known.set(idOf(stream), sample);
    for (const reached of waiting.get(stream) ?? []) reached();
    waiting.delete(stream);
  };
  /** What is erased counts for nothing: its tool and amount are gone with it. */
  const sampleOf = async (stream: string): Promise<ReviewedSample | null> => {
    try {
      const { events } = await eventLog.load(stream);
      return sampleIn(events as unknown as ApprovalEvent[]);
    } catch (error) {
      if (!(error instanceof EventErased)) throw error;
      logger.info({ stream }, 'a reviewed sample was erased and is left out');
      return null;
    }
  };
  logger.info({}, 'reading the reviews of samples from the log, because somebody disagreed with one');
  const subscription = eventLog.subscribe({
    name: 'sample-reviews',
    from: 'start',
    prefixes: ['approval-'],
    onEvents: async events => {
      for (const event of events) if (event.type === 'AfterReviewed') await take(event);
    },
  });
  return {
    upTo: async (tenant: string, stream: string): Promise<readonly ReviewedSample[]> => {
      if (samples.get(tenant)?.has(idOf(stream)) !== true && !others.has(stream))
        await new Promise<void>(resolve => waiting.set(stream, [...(waiting.get(stream) ?? []), resolve]));
      return [...(samples.get(tenant)?.values() ?? [])].filter(({ at }) => !isOld(at));
    },
    close: () => subscription.close(),
  };
};

/** The reviewed sample in an approval's events; null for what was no sample of a rule's approval (a grant's, or a bypass). */
const sampleIn = (events: readonly ApprovalEvent[]): ReviewedSample | null => {
  const gate = events.findLast(event => event.type === 'GateEvaluated');
  const review = events.findLast(event => event.type === 'AfterReviewed');
  const sampled = events.some(event => event.type === 'AfterReviewOpened' && event.data.kind === 'sample');
  if (gate === undefined || review === undefined || !sampled) return null;
  const { agent, tool, amount } = gate.data.private.facts;
  return { agentId: agent, tool, band: bandOf(amount), agreed: review.data.agreed, at: review.data.at };
};
