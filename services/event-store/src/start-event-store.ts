import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { startAppendQueue } from './append-queue.ts';
import { defaultAuditCategories } from './audit.ts';
import { authorizer, type Credentials } from './authorize.ts';
import { checkTail, checkWal, noteHead } from './check-start.ts';
import { watchDisk } from './disk-space.ts';
import { openLogFolder } from './fold-log.ts';
import { serializeBatch } from './frames.ts';
import { APPEND_BYTES_CEILING, GRPC_RECEIVE_BYTES_MAX, STOP_GRACE_MS, defaultLimits, type StoreLimits } from './limits.ts';
import { openLiveTail } from './live-tail.ts';
import { trackOpenCalls } from './open-calls.ts';
import { openLogReader } from './read-log.ts';
import { serveAppend } from './serve-append.ts';
import { serveBatchAppend } from './serve-batch-append.ts';
import { serveDelete, serveTombstone } from './serve-deletes.ts';
import { serveGossip, serveSupportedMethods } from './serve-discovery.ts';
import { serveReads } from './serve-reads.ts';
import { lockStore } from './store-lock.ts';
import { widenWindows } from './wide-window.ts';

/** The log's file inside the data folder. */
export const LOG_FILE = 'event-store.db';

export type EventStoreOptions = {
  /** Folder of the log; created when it is not there. */
  dataDir: string;
  /** Address to listen on. */
  host?: string;
  /** Port to listen on; 0 takes any free one. */
  port?: number;
  /** Name under which clients reach this server, told to those that discover it; the host when not given. */
  advertisedHost?: string;
  /** PEM certificate and key. Without them the connection is open, and credentials cannot be asked for. */
  tls?: { certificate: Buffer; key: Buffer };
  /** The account every call must name; needs `tls`. */
  credentials?: Credentials;
  /** Stream categories whose events can never be changed, hidden or deleted. */
  auditCategories?: readonly string[];
  limits?: Partial<StoreLimits>;
  /** Start although the newest records are damaged; reads of damaged records still fail. */
  serveDamaged?: boolean;
  /** Called with what an operator should know, for example that an unfinished write of a crash was dropped. */
  onNotice?: (message: string) => void;
  /** Called when the writer thread died: nothing can be written any more, and a restart is due. */
  onBroken?: (reason: Error) => void;
};

export type EventStoreStats = {
  /** Position of the newest event, 0 in an empty log. */
  endPosition: number;
  appends: number;
  events: number;
  commits: number;
  queuedAppends: number;
  openCalls: number;
  tailEvents: number;
  tailBytes: number;
  /** Why appends are refused for lack of disk space. */
  diskRefusal: string | undefined;
};

export type RunningEventStore = {
  port: number;
  /** Answers what was accepted, cancels open calls, closes the file and gives the folder back. */
  close: () => Promise<void>;
  stats: () => EventStoreStats;
};

/** A combination of options that cannot work. */
export class InvalidOptions extends Error {
  code = 'INVALID_OPTIONS';
}

/**
 * Starts a single-node event store that speaks the EventStoreDB gRPC protocol.
 * @throws StoreLocked, NewerSchema, DamagedLog, InvalidOptions, or the error of listening.
 */
export const startEventStore = async (options: EventStoreOptions): Promise<RunningEventStore> => {
  const limits: StoreLimits = { ...defaultLimits, ...options.limits };
  checkOptions(options, limits);
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockStore(options.dataDir);
  const undo: (() => void | Promise<void>)[] = [unlock];
  try {
    const file = join(options.dataDir, LOG_FILE);
    const { serveDamaged = false, onNotice = () => undefined } = options;
    const wal = checkWal(file, serveDamaged, onNotice);
    const auditCategories = [...(options.auditCategories ?? defaultAuditCategories)];
    const queue = await startAppendQueue(
      { file, auditCategories },
      (events, hidesOlder) => {
        tail.push(events, hidesOlder);
        folder.wrote(events.length);
      },
      reason => options.onBroken?.(reason),
    );
    undo.push(() => queue.close());
    const folder = openLogFolder(file, reason => onNotice(`the write-ahead log is folded by the writer alone: ${reason.message}`));
    undo.push(() => folder.close());
    checkTail(options.dataDir, file, wal, serveDamaged, onNotice);
    const reader = openLogReader(file);
    undo.push(() => reader.close());
    const tail = openLiveTail(reader.end());
    undo.push(noteHead(options.dataDir, tail.end));
    const disk = await watchDisk(options.dataDir, limits);
    undo.push(() => disk.stop());

    const calls = trackOpenCalls();
    const refuse = authorizer(options.credentials);
    const appends = { queue, calls, limits, diskRefusal: disk.refusal, refuse };
    undo.push(widenWindows());
    const server = new Server(grpcOptions);
    let port = 0;
    server.addService(streamsDefinition, {
      append: serveAppend(appends),
      batchAppend: serveBatchAppend(appends),
      delete: serveDelete(appends),
      tombstone: serveTombstone(appends),
      read: serveReads({ reader, tail, calls, refuse }),
    } as unknown as UntypedServiceImplementation);
    server.addService(serverFeaturesService.ServerFeaturesService, { getSupportedMethods: serveSupportedMethods });
    server.addService(gossipService.GossipService, {
      read: serveGossip(options.advertisedHost ?? options.host ?? '127.0.0.1', () => port),
    });
    port = await listen(server, options);
    undo.push(async () => {
      await queue.finish();
      await nextTurn();
      calls.cancelAll();
      await stopServer(server);
    });

    if (options.tls === undefined && !LOOPBACK.has(options.host ?? '127.0.0.1')) {
      onNotice(
        'The store listens beyond this machine without TLS: whoever reaches the port can read and append. Configure TLS and an account, or close the network.',
      );
    }
    let closed: Promise<void> | undefined;
    return {
      port,
      close: () => (closed ??= unwind(undo)),
      stats: () => {
        const { queued, appends: appended, events, commits } = queue.stats();
        const { events: tailEvents, bytes: tailBytes } = tail.stats();
        return {
          endPosition: tail.end(),
          appends: appended,
          events,
          commits,
          queuedAppends: queued,
          openCalls: calls.count(),
          tailEvents,
          tailBytes,
          diskRefusal: disk.refusal(),
        };
      },
    };
  } catch (error) {
    await unwind(undo);
    throw error;
  }
};

/** Addresses only this machine reaches. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

const checkOptions = (options: EventStoreOptions, limits: StoreLimits): void => {
  if (options.credentials !== undefined && options.tls === undefined) {
    throw new InvalidOptions(
      'Credentials need TLS: clients never send them over an open connection. Configure a certificate, or leave the credentials out.',
    );
  }
  if (limits.appendBytesMax > APPEND_BYTES_CEILING) {
    throw new InvalidOptions(`appendBytesMax may be at most ${APPEND_BYTES_CEILING} bytes: clients refuse larger messages.`);
  }
};

/** The receive limit must let a batch of appends through; what may be sent is limited by what was appended. */
const grpcOptions = {
  'grpc.max_receive_message_length': GRPC_RECEIVE_BYTES_MAX,
  'grpc.max_send_message_length': -1,
};

/** The generated service, with the hot paths' own codecs in place of the generated ones. */
const streamsDefinition = {
  ...streamsService.StreamsService,
  append: { ...streamsService.StreamsService.append, requestDeserialize: (bytes: Buffer) => bytes },
  batchAppend: {
    ...streamsService.StreamsService.batchAppend,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: serializeBatch,
  },
  read: { ...streamsService.StreamsService.read, responseSerialize: serializeBatch },
} as unknown as typeof streamsService.StreamsService;

const listen = (server: Server, { host = '127.0.0.1', port = 0, tls }: EventStoreOptions): Promise<number> => {
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ cert_chain: tls.certificate, private_key: tls.key }]);
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
};

/** Lets cancelled calls send their last words, then closes the connections. */
const stopServer = (server: Server): Promise<void> =>
  new Promise(resolve => {
    const force = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, STOP_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });

/** Undoes the start in reverse order. */
const unwind = async (undo: (() => void | Promise<void>)[]): Promise<void> => {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
};
