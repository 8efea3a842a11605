import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { createFilter, type EventFilter } from './event-filter.ts';

/** Where a read begins. */
export type Start = 'start' | 'end' | number;

/** A Read call, translated. */
export type ReadPlan = {
  /** The stream, or undefined for the whole log. */
  stream: string | undefined;
  from: Start;
  backwards: boolean;
  /** Events to send at most; ignored by subscriptions. */
  count: number;
  subscribe: boolean;
  filter: EventFilter | undefined;
  /** A filtered subscription gets a checkpoint after this many events looked at. */
  checkpointInterval: number;
};

/** Events looked at between two checkpoints, times the client's multiplier, when the client set no window (EventStoreDB: ReadBatchSize). */
const DEFAULT_SEARCH_WINDOW = 32;

/** A read the store cannot understand. */
export class InvalidRead extends Error {}

/**
 * Translates a ReadReq (streams.proto).
 * @throws InvalidRead, InvalidFilter
 */
export const planRead = (request: ReadReq): ReadPlan => {
  const options = request.getOptions();
  if (options === undefined) throw new InvalidRead('The read has no options.');
  const filterOptions = options.hasFilter() ? options.getFilter() : undefined;
  const window = filterOptions?.hasMax() === true ? filterOptions.getMax() : DEFAULT_SEARCH_WINDOW;
  const common = {
    backwards: options.getReadDirection() === 1,
    count: options.hasSubscription() ? Infinity : Number(options.getCount()),
    subscribe: options.hasSubscription(),
    checkpointInterval: Math.max(1, filterOptions?.getCheckpointintervalmultiplier() ?? 1) * Math.max(1, window),
  };
  if (common.subscribe && common.backwards) throw new InvalidRead('A subscription reads forwards only.');
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
    if (name === '') throw new InvalidRead('The read names no stream.');
    const from = stream.hasStart() ? 'start' : stream.hasEnd() ? 'end' : Number(stream.getRevision());
    return { ...common, stream: name, from, filter: undefined };
  }
  const all = options.getAll();
  if (all === undefined) throw new InvalidRead('The read names neither a stream nor $all.');
  const from = all.hasStart() ? 'start' : all.hasEnd() ? 'end' : Number(all.getPosition()?.getCommitPosition() ?? 0);
  return { ...common, stream: undefined, from, filter: filterOptions === undefined ? undefined : translateFilter(filterOptions) };
};

const translateFilter = (options: ReadReq.Options.FilterOptions): EventFilter => {
  const byStream = options.getStreamIdentifier();
  const expression = byStream ?? options.getEventType();
  if (expression === undefined) throw new InvalidRead('The filter names neither streams nor event types.');
  return createFilter(byStream === undefined ? 'type' : 'stream', expression.getPrefixList(), expression.getRegex());
};
