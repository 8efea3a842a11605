import { decide, evolve, initial, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import { streamOf, type CallbackEvent, type Event, type NotificationEvent, type ViewEvent } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { evaluation, type EvaluationOptions, NOON, ordinarily, type RefundOptions, refundRequested, TENANT } from '@holdpoint/testing';

/** For specs: a log in memory that only the decider writes to, with every event open. */
export const aLog = (tenant = TENANT) => {
  const events: LoggedEvent[] = [];
  const states = new Map<string, ApprovalState>();
  const revisions = new Map<string, number>();
  const append = (stream: string, added: readonly Event[]) => {
    for (const { type, data } of added) {
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      const position = String(events.length * 7 + 3);
      const metadata = { tenant, actor: 'service:spec', schemaVersion: 1, recordedAt: NOON };
      events.push({ stream, revision, id: `${stream}/${revision}`, type, data, metadata, position, createdMs: 0 });
    }
  };
  return {
    events,
    /** What a command to an approval adds. @throws Refused */
    command: (id: string, command: ApprovalCommand) => {
      const before = states.get(id) ?? initial;
      const added = decide(command, before);
      states.set(id, added.reduce(evolve, before));
      append(streamOf.approval(id), added);
    },
    /** An approval that waits for a person. @returns its id */
    pending(key: string, options: RefundOptions = {}, gate: EvaluationOptions = {}): string {
      const requested = refundRequested({ key, ...options });
      const id = requested.approvalId;
      this.command(id, { type: 'RequestApproval', requested });
      this.command(id, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(gate), now: NOON });
      return id;
    },
    /** Its keys are destroyed. */
    gone: (id: string, at: string) => append(streamOf.approval(id), [{ type: 'ApprovalErased', data: { ground: 'request', keys: 1, at } }]),
    looked: (id: string, ...added: ViewEvent[]) => append(streamOf.view(id), added),
    delivered: (id: string, ...added: (CallbackEvent | NotificationEvent)[]) => {
      for (const event of added) append(event.type.startsWith('Notification') ? streamOf.notification(id) : streamOf.callback(id), [event]);
    },
  };
};
export type Log = ReturnType<typeof aLog>;
