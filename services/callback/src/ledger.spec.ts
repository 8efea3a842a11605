import type { CallbackEvent } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import { openLedger } from './ledger.ts';
import { NOTHING_TRIED } from './progress.ts';

const at = '2026-11-22T12:00:00.000Z';
const approvalId = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const scheduled = (nextAttemptAt: string): CallbackEvent => ({
  type: 'CallbackScheduled',
  data: { approvalId, webhookId: 'msg_x', nextAttemptAt, reason: 'deferred', at },
});
const delivered: CallbackEvent = {
  type: 'CallbackDelivered',
  data: { approvalId, webhookId: 'msg_x', attempt: 1, at, durationMs: 1, status: 200, resolvedAddress: null },
};
const soon = '2026-11-22T12:00:02.000Z';
const later = '2026-11-22T12:01:00.000Z';

/** A ledger on a log that keeps what it is given. */
const ledger = () => {
  const written: CallbackEvent[] = [];
  const append = async (_stream: string, events: CallbackEvent[]) => {
    await new Promise(resolve => setTimeout(resolve, 1));
    written.push(...events);
    return { revision: written.length - 1, position: '1' };
  };
  const meta = { tenant: 'org', originId: 'event', correlationId: undefined, traceparent: undefined };
  return { written, ...openLedger({ append } as unknown as EventLog, () => at, approvalId, meta, NOTHING_TRIED) };
};

describe('the record of an attempt', () => {
  it('has a note that it takes its time only while nothing came of it', async () => {
    const { written, record, note } = ledger();
    await note(scheduled(later));
    await record('callback', [delivered]);
    expect(written.map(({ type }) => type)).toEqual(['CallbackScheduled', 'CallbackDelivered']);
  });

  it('keeps the time of the next attempt when the note comes too late', async () => {
    const { written, record, note, progress } = ledger();
    await Promise.all([record('callback', [scheduled(soon)]), note(scheduled(later))]);
    expect(written).toEqual([scheduled(soon)]);
    expect(progress().callback.nextAttemptAt).toBe(soon);
  });

  it('begins nothing anew once it was delivered', async () => {
    const { written, record } = ledger();
    await record('callback', [delivered]);
    await record('callback', [scheduled(soon)]);
    expect(written).toEqual([delivered]);
  });
});

/** Ledgers of several workers on one log, which takes an event at one revision only, and says of an id it has that it has it. */
const workers = () => {
  const written: { type: string; data: unknown; revision: number; commandId: string }[] = [];
  const log = {
    append: async (stream: string, events: CallbackEvent[], options: { expectedRevision: number | 'none'; commandId: string }) => {
      await new Promise(resolve => setTimeout(resolve, 1));
      const expected = options.expectedRevision === 'none' ? -1 : options.expectedRevision;
      const next = written[expected + 1];
      if (next?.commandId === options.commandId) return { revision: next.revision, position: '1' };
      if (expected !== written.length - 1) throw new RevisionConflict(stream, expected, written.length - 1);
      for (const event of events) written.push({ ...event, revision: written.length, commandId: options.commandId });
      return { revision: written.length - 1, position: '1' };
    },
    load: async () => ({ events: written }),
  } as unknown as EventLog;
  const meta = { tenant: 'org', originId: 'event', correlationId: undefined, traceparent: undefined };
  return { written, open: () => openLedger(log, () => at, approvalId, meta, NOTHING_TRIED) };
};
const sending: CallbackEvent = {
  type: 'ResumeAttempted',
  data: { approvalId, attempt: 1, at, durationMs: 0, outcome: 'sending', detail: 'about to be sent', nextAttemptAt: later },
};

describe('a claim to send what may not be sent twice', () => {
  it('is had by one of several workers', async () => {
    const { written, open } = workers();
    const claims = await Promise.all([open(), open(), open()].map(worker => worker.claim(sending)));
    expect(claims.toSorted()).toEqual([false, false, true]);
    expect(written).toHaveLength(1);
  });

  it('is not lost to what another worker recorded of the callback meanwhile', async () => {
    const { written, open } = workers();
    const [first, second] = [open(), open()];
    await first.record('callback', [delivered]);
    expect(await second.claim(sending)).toBe(true);
    expect(written.map(({ type }) => type)).toEqual(['CallbackDelivered', 'ResumeAttempted']);
  });
});
