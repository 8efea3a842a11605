import type { EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import { connectionOf, type ServerStream } from './client-connection.ts';
import { decodeReadAnswer, type ReadAnswer } from './decode-read.ts';
import type { RecentEvents } from './recent-events.ts';

/** Messages of a filtered subscription to the whole log; `cancel` ends it. */
export type Feed = ServerStream;

/** A checkpoint comes every 32 × this many searched events (32 is the store's default search window). */
const CHECKPOINT_INTERVAL = 32;
const READ = '/event_store.client.streams.Streams/Read';

type Request = InstanceType<typeof streamsMessages.ReadReq>;

/**
 * Subscribes over the client's own connection, with our decoder in place of the generated one.
 * @param from `start` or a position, exclusive
 * @param recent used once the feed is caught up: what is older comes once in a process's life, and would only push out what is needed
 * @param listen attaches the listeners before anything can happen on the feed
 * @returns the feed; rejects when no connection could be made
 */
export const openFeed = (
  client: EventStoreDBClient,
  from: string,
  prefixes: string[],
  recent: RecentEvents,
  listen: (feed: Feed) => void,
): Promise<Feed> => {
  const connection = connectionOf(client);
  let caughtUp = false;
  const decode = (bytes: Buffer): ReadAnswer => {
    const answer = decodeReadAnswer(bytes, caughtUp ? recent : null);
    if (answer.kind === 'caughtUp') caughtUp = true;
    return answer;
  };
  const request = requestOf(from, prefixes);
  return connection.GRPCStreamCreator(streamsService.StreamsClient, 'subscribeToAll', grpc => {
    const feed = grpc.makeServerStreamRequest(
      READ,
      message => Buffer.from(message.serializeBinary()),
      decode,
      request,
      ...connection.callArguments({}, { deadline: Number.POSITIVE_INFINITY }),
    );
    listen(feed);
    return feed;
  })();
};

const requestOf = (from: string, prefixes: string[]): Request => {
  const { ReadReq } = streamsMessages;
  const { Options } = ReadReq;
  const all = new Options.AllOptions();
  if (from === 'start') all.setStart(new sharedMessages.Empty());
  else {
    const position = new Options.Position();
    position.setCommitPosition(from);
    position.setPreparePosition(from);
    all.setPosition(position);
  }
  const expression = new Options.FilterOptions.Expression();
  expression.setPrefixList(prefixes);
  const filter = new Options.FilterOptions();
  filter.setStreamIdentifier(expression);
  filter.setCount(new sharedMessages.Empty());
  filter.setCheckpointintervalmultiplier(CHECKPOINT_INTERVAL);
  const uuid = new Options.UUIDOption();
  uuid.setString(new sharedMessages.Empty());
  const options = new Options();
  options.setAll(all);
  options.setSubscription(new Options.SubscriptionOptions());
  options.setUuidOption(uuid);
  options.setFilter(filter);
  const request = new ReadReq();
  request.setOptions(options);
  return request;
};
