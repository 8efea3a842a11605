import { timerSubject, type WorkBatch, type Worker, workSubject } from '@holdpoint/contracts';
import { headers, type JetStreamManager, type NatsConnection } from 'nats';
import { PublishFailed } from './errors.ts';
import { type Handed, openHandOver } from './hand-over.ts';
import type { Consumption, MessagingLog, WorkHandler, WorkKind } from './messaging.ts';
import { openAcks } from './nats-acks.ts';
import type { Outbox } from './nats-outbox.ts';
import { HANDED_HEADER, startPull, type Pull } from './nats-pull.ts';
import { countParked, ensureConsumers, ensureStreams, WORK_KINDS, WORK_STREAM_MADE, type WorkStore } from './nats-work-stream.ts';
import { redeliveryDelayMs } from './redelivery.ts';
import type { Wire } from './sealed-wire.ts';
import { asRedelivered, refuseLargeWork, workBytes } from './work-size.ts';

/** Wait between attempts to make a lost stream again, ms: JetStream answers a moment after the server does. */
const RECOVER_RETRY_MS = 200;

/** The work queue on JetStream. Whoever notices that its stream is gone makes it again; every process hears of it and says so through `onStoreLost`. */
export const openWork = async (
  connection: NatsConnection,
  options: WorkStore & { outbox: Outbox; wire: Wire; log: MessagingLog; handOver: boolean; onStoreLost(): void },
) => {
  const { limits, log, outbox, wire } = options;
  const manager: JetStreamManager = await connection.jetstreamManager({ checkAPI: false });
  // The stream this process counts on: another one, whoever made it, is without what this process put into its own.
  let known = await ensureStreams(manager, options);
  await ensureConsumers(manager, options, known.here);
  const pulls = new Set<Pull>();
  let connected = true;
  let recovering: Promise<boolean> | undefined;
  let missingMeanwhile = false;

  const ensureUntilDone = async (): Promise<boolean> => {
    while (!connection.isClosed()) {
      try {
        const found = await ensureStreams(manager, options);
        const lost = found.at !== known.at;
        await ensureConsumers(manager, options, lost);
        known = found;
        return lost;
      } catch (error) {
        log('warn', 'the broker cannot give its work stream yet', { error: String(error) });
        await new Promise(resolve => setTimeout(resolve, RECOVER_RETRY_MS));
      }
    }
    return false;
  };
  const recover = (): Promise<boolean> => {
    recovering ??= ensureUntilDone().finally(() => {
      recovering = undefined;
      for (const pull of pulls) pull.restart();
      if (!missingMeanwhile) return;
      missingMeanwhile = false;
      onMissing();
    });
    return recovering;
  };
  const onMissing = (): void => {
    if (!connected) return;
    if (recovering !== undefined) {
      // Another process that recovers too may take away what was just made here; to be looked at once more, not forgotten.
      missingMeanwhile = true;
      return;
    }
    void recover().then(lost => {
      if (!lost) return;
      log('warn', 'the broker had lost its work stream; it was made again');
      options.onStoreLost();
    });
  };
  // Work published between a new stream and its first consumer is in nobody's hands: every process that puts work in has to hear of it.
  connection.subscribe(WORK_STREAM_MADE, { callback: () => onMissing() });
  const acks = openAcks(connection, outbox, limits.publishAckMs, onMissing);

  const send = async ({ worker, kind, batch, ringId }: Handed, failedHere = false): Promise<void> => {
    const subject = kind === 'work' ? workSubject(worker) : timerSubject(worker);
    const json = JSON.stringify(batch);
    refuseLargeWork(batch.items.length, Buffer.byteLength(json));
    // Refused at once rather than kept in a buffer that a reconnect empties.
    if (!connected || connection.isClosed()) throw new PublishFailed(subject, 'there is no connection');
    const fields = headers();
    if (ringId !== undefined) fields.set('Nats-Msg-Id', ringId);
    if (failedHere) fields.set(HANDED_HEADER, '1');
    return acks.publish(subject, Buffer.from(wire.seal(json, { kind: 'work', subject }), 'latin1'), { headers: fields });
  };
  const onFailed = (handed: Handed, error: unknown): void => {
    log('warn', `${handed.worker} could not handle a batch; the broker gives it out again`, { deliveries: 1, error: String(error) });
    const again = { ...handed, batch: asRedelivered(handed.batch), ringId: `${handed.ringId}:failed` };
    // Where the broker does not take it, the relay rings it again from the log.
    const giveOut = () => void send(again, true).catch((refused: unknown) => log('warn', String(refused)));
    setTimeout(giveOut, redeliveryDelayMs(1, limits.redeliverAfterMs)).unref();
  };
  const handOver = openHandOver(options.handOver ? limits.batchesInFlightMax : 0, onFailed);

  return {
    publish: async (worker: Worker, kind: WorkKind, batch: WorkBatch, ringId = batch.items[0]?.id): Promise<void> => {
      refuseLargeWork(batch.items.length, workBytes(batch));
      const handed = { worker, kind, batch, ringId };
      return handOver.offer(handed) ? undefined : send(handed);
    },
    consume: (worker: Worker, handler: WorkHandler): Consumption => {
      const own = WORK_KINDS.map(kind => startPull(connection, { worker, kind }, handler, { outbox, wire, limits, log, onMissing }));
      for (const pull of own) pulls.add(pull);
      const direct = handOver.consume(worker, handler);
      return {
        close: async () => {
          for (const pull of own) pulls.delete(pull);
          await Promise.all([direct, ...own].map(part => part.close()));
        },
      };
    },
    parked: (): Promise<Record<Worker, number>> => countParked(manager),
    disconnected: (): void => {
      connected = false;
      acks.rejectAll('the connection broke; the outcome is unknown');
    },
    /** Resolves when the work stream exists again and every consumer pulls again. */
    reconnected: async (): Promise<void> => {
      connected = true;
      await recover();
    },
    close: (): void => acks.close(),
  };
};
