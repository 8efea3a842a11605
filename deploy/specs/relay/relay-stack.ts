import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Event, streamOf, type WorkItem } from '@holdpoint/contracts';
import { type EventLog, openEventLog, RevisionConflict } from '@holdpoint/event-log';
import { startEventStore } from '@holdpoint/event-store';
import type { Messaging } from '@holdpoint/messaging';
import { type Relay, type RelayDeps, startRelay } from '@holdpoint/relay';
import { openMasterKey } from '@holdpoint/sealing';
import { evaluation, refundRequested, type RefundOptions, TENANT } from '@holdpoint/testing';

export const now = (): string => new Date().toISOString();
export const inSec = (sec: number): string => new Date(Date.now() + sec * 1_000).toISOString();
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Waits until the condition holds; fails after `sec` seconds saying what was awaited. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, sec = 10): Promise<void> => {
  const deadlineMs = performance.now() + sec * 1_000;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${sec} s in vain for: ${what}`);
    await pause(10);
  }
};

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A real event store on loopback with a log, and everything a spec of the relay appends. */
export const startLog = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'relay-'));
  const store = await startEventStore({ dataDir, port: 0 });
  const key = openMasterKey({ file: join(dataDir, 'master.key') });
  const eventLog = openEventLog({ connectionString: `esdb://127.0.0.1:${store.port}?tls=false`, masterKey: key });
  return {
    dataDir,
    key,
    port: store.port,
    eventLog,
    append: appending(eventLog),
    close: async () => {
      await eventLog.close();
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
};
export type Log = Awaited<ReturnType<typeof startLog>>;

export const startRelayOn = (eventLog: EventLog, messaging: Messaging, changes: Partial<RelayDeps> = {}): Relay =>
  startRelay({ eventLog, messaging, now, logger: SILENT, leaseMs: 600, snapshotEvents: 50_000, ...changes });

const appending = (eventLog: EventLog) => {
  const revisions = new Map<string, number>();
  const append = async (stream: string, events: Event[]): Promise<void> => {
    const expected = revisions.get(stream);
    const options = {
      commandId: `${stream}:${expected ?? 'none'}:${Math.random()}`,
      tenant: TENANT,
      actor: 'service:spec',
      recordedAt: now(),
    };
    const { revision } = await eventLog.append(stream, events, { expectedRevision: expected ?? 'none', ...options });
    revisions.set(stream, revision);
  };
  return {
    /** Accepts a request as ingest does; returns its id. */
    request: async (key: string, options: RefundOptions = {}): Promise<string> => {
      const data = refundRequested({ key, requestedAt: now(), expiresAt: inSec(3_600), ...options });
      await append(streamOf.approval(data.approvalId), [{ type: 'ApprovalRequested', data }]);
      return data.approvalId;
    },
    approval: (id: string, ...events: Event[]) => append(streamOf.approval(id), events),
    notification: (id: string, ...events: Event[]) => append(streamOf.notification(id), events),
    callback: (id: string, ...events: Event[]) => append(streamOf.callback(id), events),
  };
};

export const gateEvaluated = (): Event => {
  const { verdict, policy, explanation, problems, approvalValidSec, facts } = evaluation();
  return {
    type: 'GateEvaluated',
    data: { verdict, policy, explanation, problems, approvalValidSec, evaluatedAt: now(), private: { facts } },
  };
};

/**
 * A worker for the gate that keeps to the rules: appends at the item's revision, and where somebody was faster there is nothing to do.
 * Returns what it saw and how many gates it evaluated.
 */
export const consumeGates = (eventLog: EventLog, messaging: Messaging) => {
  const items: WorkItem[] = [];
  let evaluated = 0;
  const gate = async (item: WorkItem): Promise<void> => {
    items.push(item);
    if (item.type !== 'ApprovalRequested' || item.kind !== 'event') return;
    const options = {
      commandId: `gate:${item.id}`,
      tenant: item.metadata.tenant,
      actor: 'service:routing',
      recordedAt: item.metadata.recordedAt,
    };
    try {
      await eventLog.append(item.stream, [gateEvaluated()], { expectedRevision: item.revision, ...options });
      evaluated += 1;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  };
  const taking = messaging.consumeWork('routing', async batch => void (await Promise.all(batch.items.map(gate))));
  return { items, evaluated: () => evaluated, close: () => taking.close() };
};

export const callbackAttemptFailed = (approvalId: string, attempt: number, nextAttemptAt: string | null): Event => ({
  type: 'CallbackAttemptFailed',
  data: {
    approvalId,
    webhookId: 'msg_1',
    attempt,
    at: now(),
    durationMs: 5,
    status: 500,
    errorClass: 'http_5xx',
    resolvedAddress: '127.0.0.1',
    nextAttemptAt,
    private: { responseExcerpt: null },
  },
});
export const callbackDelivered = (approvalId: string, attempt: number): Event => ({
  type: 'CallbackDelivered',
  data: { approvalId, webhookId: 'msg_1', attempt, at: now(), durationMs: 5, status: 200, resolvedAddress: '127.0.0.1' },
});

/** The end of an approval that nobody decided. */
export const approvalExpired = (asked: ReturnType<typeof refundRequested>): Event => ({
  type: 'ApprovalExpired',
  data: {
    decision: {
      version: 1,
      approvalId: asked.approvalId,
      decision: 'expired',
      approved: false,
      final: true,
      by: { kind: 'timeout', id: 'deadline' },
      channel: 'api',
      decidedAt: now(),
      approvedUntil: null,
      policy: null,
      steps: [],
      binding: asked.binding,
      threadId: asked.threadId,
      runId: asked.runId,
      toolCallId: asked.toolCallId,
    },
    delivery: asked.delivery,
    receipt: '',
    private: { note: null, approvedAction: null, state: null, callback: null },
  },
});
