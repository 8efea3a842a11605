import type { LiveMessage, WorkBatch, Worker } from '@holdpoint/contracts';
import type { Sealer } from '@holdpoint/sealing';

/**
 * What the parts say to each other. The broker is a doorbell: whatever it forgets is rung again from the log, so every guarantee
 * here is about promptness, none about safety. Two transports keep this contract (`messaging.contract.ts`).
 */
export type Messaging = {
  /**
   * Hands a batch to one consumer of the role. Resolves when the broker keeps it, or at once when a consumer of this process takes it.
   * Do not wait for it before the next publish. `ringId` is the broker's deduplication id within two minutes; by default the first event's
   * id, so a second ring needs its own.
   * Rejects with {@link WorkTooLarge} or {@link PublishFailed}.
   */
  publishWork(worker: Worker, kind: WorkKind, batch: WorkBatch, ringId?: string): Promise<void>;
  /**
   * Takes the role's batches, work and timers, several at a time; each goes to one of the role's consumers. A handler that throws gets the
   * batch again a little later, at most {@link MessagingLimits.deliveriesMax} times in all; then it is parked. A batch that comes again has `fresh: false` in every item.
   */
  consumeWork(worker: Worker, handler: WorkHandler): Consumption;
  /** How many batches were parked, by role, since the broker's store exists. */
  parkedBatches(): Promise<Record<Worker, number>>;
  /** Asks one of the responders. Throws {@link NoResponder}, {@link RequestTimeout}, {@link ResponderFailed}, {@link QuestionUnreadable}. */
  request<R>(subject: string, body: unknown, options: { timeoutMs: number }): Promise<R>;
  /** Answers a subject (a last word `*` matches any one word); responders of one queue share the requests. */
  respond(subject: string, queue: string, handler: RequestHandler): Responder;
  /** Tells whoever listens now. Never throws: a lost live message only delays a screen. */
  publishLive(tenant: string, message: LiveMessage): void;
  /** Every listener gets every message of the tenant, or of all tenants for `*`. */
  subscribeLive(tenant: string, handler: (message: LiveMessage, tenant: string) => void): { close(): void };
  /**
   * Waits until this holder has the lease. Renewed by itself until released or lost. When its holder's process died another gets it within a moment;
   * when it hangs or is cut off, after `ttlMs`. `holder` is part of a subject: no dots, spaces or wildcards.
   */
  lease(name: string, holder: string, ttlMs: number, signal?: AbortSignal): Promise<Lease>;
  /** Calls back when the broker came back or its store was lost: what was published before may be gone. Returns the way to stop it. */
  onReset(listener: () => void): () => void;
  status(): MessagingStatus;
  /** Stops taking work, lets running handlers finish (bounded), sends what is buffered, disconnects. */
  close(): Promise<void>;
};

export type WorkKind = 'work' | 'timer';
export type WorkHandler = (batch: WorkBatch, delivery: { redelivered: boolean; kind: WorkKind }) => Promise<void>;
export type RequestHandler = (body: unknown, subject: string) => Promise<unknown>;
/** `close` stops taking batches and resolves when the running handlers have finished and their batches are acknowledged. */
export type Consumption = { close(): Promise<void> };
export type Responder = { close(): Promise<void> };
export type Lease = { held(): boolean; onLost(listener: () => void): void; release(): Promise<void> };
export type MessagingStatus = { transport: 'nats' | 'inProcess'; connected: boolean };

/** What a transport may say about itself; the text never holds credentials. */
export type MessagingLog = (level: 'info' | 'warn' | 'error', text: string, fields?: Record<string, unknown>) => void;

export type MessagingOptions =
  | {
      transport: 'nats';
      /** One or more `nats://host:port`, comma separated; `tls://` for TLS; user and password may stand in the URL. */
      servers: string;
      /** Seals all that crosses the broker, and opens it: the master key, the same in every process of an installation. */
      key: Sealer;
      /** Shown in the broker's connection list. */
      name: string;
      /** Memory by default: the log is the record. */
      storage?: 'memory' | 'file';
      /** Copies in a JetStream cluster, 1 by default. */
      replicas?: number;
      /**
       * Whether work goes directly to a consumer of the same process that has room, by default yes. No where several processes serve
       * all roles and are to share the work evenly.
       */
      handOver?: boolean;
      /** How long the first connection may take, ms. */
      connectTimeoutMs?: number;
      log?: MessagingLog;
      limits?: Partial<MessagingLimits>;
    }
  | { transport: 'inProcess'; log?: MessagingLog; limits?: Partial<MessagingLimits> };

export type MessagingLimits = {
  /** Deliveries of one batch before it is parked. */
  deliveriesMax: number;
  /** Wait before the second delivery, ms; doubles each time, at most 30 s. */
  redeliverAfterMs: number;
  /** A batch whose consumer is silent this long goes to another consumer, ms. Running handlers keep theirs by a heartbeat. */
  ackWaitMs: number;
  /** Batches one process handles at the same time per role. */
  batchesInFlightMax: number;
  /** How long the broker may take to confirm a publish, ms. */
  publishAckMs: number;
};

export const MESSAGING_LIMITS: MessagingLimits = {
  // Enough for a restart of what the handler needs; the relay rings unfinished work again in any case.
  deliveriesMax: 5,
  redeliverAfterMs: 1_000,
  // Running handlers send a heartbeat every third of it, however slow they are: it only bounds how long a killed process keeps a batch.
  ackWaitMs: 10_000,
  batchesInFlightMax: 32,
  publishAckMs: 5_000,
};
