import { PARKED_STREAM, timerSubject, WORK_STREAM, WORKERS, type Worker, workSubject } from '@holdpoint/contracts';
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import type { MessagingLimits, WorkKind } from './messaging.ts';

export const WORK_KINDS = ['work', 'timer'] as const satisfies readonly WorkKind[];

export type WorkStore = { storage: 'memory' | 'file'; replicas: number; limits: MessagingLimits };

/** A message nobody took for this long has been rung again many times; the log is the record. */
const WORK_AGE_MS_MAX = 3_600_000;
/** Handled messages stay until these bytes are full (limits retention: a new consumer may look back); bounds the broker's memory. */
const WORK_BYTES_MAX = 64 * 1024 * 1024;
/** Two relays that overlap ring the same event within moments; longer only costs the broker memory. */
const DEDUPLICATION_MS = 120_000;
const PARKED_AGE_MS_MAX = 7 * 24 * 3_600_000;
const PARKED_MESSAGES_MAX = 10_000;
/** Unacknowledged batches of one role over all its processes: 32 in flight each, and room for eight processes. */
const ACKS_PENDING_MAX = 256;

const ADVISORIES = ['MAX_DELIVERIES', 'MSG_TERMINATED'].map(kind => `$JS.EVENT.ADVISORY.CONSUMER.${kind}.${WORK_STREAM}.>`);

/** When a stream was made, in the broker's words, and whether this very call made it. */
type Made = { at: string; here: boolean };

/** The broker itself tells here that somebody made the work stream. */
export const WORK_STREAM_MADE = `$JS.EVENT.ADVISORY.STREAM.CREATED.${WORK_STREAM}`;

/**
 * Makes the parking stream and the work stream where they are missing, with what JetStream of nats-server 2.9 knows.
 * @returns when the work stream was made, as the broker says it: another moment is another stream, and what had been in the one before is gone
 */
export const ensureStreams = async (manager: JetStreamManager, store: WorkStore): Promise<Made> => {
  await ensureStream(manager, parkedStream(store));
  return ensureStream(manager, workStream(store));
};

/**
 * Makes the consumers that are missing. With a new stream they take all of it; one that is missing from an older stream takes new messages
 * only, because the old ones were handled and would look fresh.
 */
export const ensureConsumers = async (manager: JetStreamManager, store: WorkStore, streamIsNew: boolean): Promise<void> => {
  const deliver = streamIsNew ? DeliverPolicy.All : DeliverPolicy.New;
  for (const worker of WORKERS) for (const kind of WORK_KINDS) await ensureConsumer(manager, workConsumer(worker, kind, store, deliver));
};

/** `routing` takes `hp.work.routing`, `routing-timer` takes `hp.timer.routing`: one consumer with several filters exists only from server 2.10 on. */
export const consumerName = (worker: Worker, kind: WorkKind): string => (kind === 'work' ? worker : `${worker}-timer`);

/** Parked batches by role, counted from the advisories the parking stream caught. */
export const countParked = async (manager: JetStreamManager): Promise<Record<Worker, number>> => {
  const info = await manager.streams.info(PARKED_STREAM, { subjects_filter: '>' });
  const subjects = Object.entries(info.state.subjects ?? {});
  const of = (worker: Worker) => {
    const endings = WORK_KINDS.map(kind => `.${consumerName(worker, kind)}`);
    return subjects.reduce((sum, [subject, count]) => (endings.some(ending => subject.endsWith(ending)) ? sum + count : sum), 0);
  };
  return { routing: of('routing'), notification: of('notification'), callback: of('callback') };
};

const ensureStream = async (manager: JetStreamManager, config: Partial<StreamConfig> & { name: string }): Promise<Made> => {
  try {
    return { at: (await manager.streams.info(config.name)).created, here: false };
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    return { at: (await manager.streams.add(config)).created, here: true };
  } catch (error) {
    // Another process made it in between, possibly with other settings: then those hold.
    const found = await manager.streams.info(config.name).catch(() => Promise.reject(error as Error));
    return { at: found.created, here: false };
  }
};

const ensureConsumer = async (manager: JetStreamManager, config: Partial<ConsumerConfig> & { durable_name: string }): Promise<void> => {
  try {
    await manager.consumers.info(WORK_STREAM, config.durable_name);
    return;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    await manager.consumers.add(WORK_STREAM, config);
  } catch (error) {
    await manager.consumers.info(WORK_STREAM, config.durable_name).catch(() => Promise.reject(error as Error));
  }
};

const workStream = ({ storage, replicas }: WorkStore): Partial<StreamConfig> & { name: string } => ({
  name: WORK_STREAM,
  subjects: ['hp.work.*', 'hp.timer.*'],
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  storage: storage === 'file' ? StorageType.File : StorageType.Memory,
  num_replicas: replicas,
  max_age: nanos(WORK_AGE_MS_MAX),
  max_bytes: WORK_BYTES_MAX,
  duplicate_window: nanos(DEDUPLICATION_MS),
});

const parkedStream = ({ storage, replicas }: WorkStore): Partial<StreamConfig> & { name: string } => ({
  name: PARKED_STREAM,
  subjects: ADVISORIES,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  storage: storage === 'file' ? StorageType.File : StorageType.Memory,
  num_replicas: replicas,
  max_age: nanos(PARKED_AGE_MS_MAX),
  max_msgs: PARKED_MESSAGES_MAX,
});

const workConsumer = (
  worker: Worker,
  kind: WorkKind,
  { limits }: WorkStore,
  deliver: DeliverPolicy,
): Partial<ConsumerConfig> & { durable_name: string } => ({
  durable_name: consumerName(worker, kind),
  filter_subject: kind === 'work' ? workSubject(worker) : timerSubject(worker),
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(limits.ackWaitMs),
  max_deliver: limits.deliveriesMax,
  max_ack_pending: ACKS_PENDING_MAX,
  deliver_policy: deliver,
});

/** The stream or the consumer does not exist (JetStream API code 404). */
const isNotFound = (error: unknown): boolean => error instanceof NatsError && (error.code === '404' || error.api_error?.code === 404);
