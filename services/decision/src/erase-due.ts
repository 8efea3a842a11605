import { decide, evolve, initial, Refused, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import { streamOf, type ApprovalEvent, type RefusalCode, type RetentionCommand, type RetentionReply } from '@holdpoint/contracts';
import { cutoffOf, type Directory } from '@holdpoint/directory';
import { EventErased, type EventLog } from '@holdpoint/event-log';

type Deps = {
  eventLog: Pick<EventLog, 'handle' | 'loadRaw'>;
  directory: Pick<Directory, 'retentionOf'>;
  now: () => string;
};

export type EraseDue = (command: RetentionCommand) => Promise<RetentionReply>;

/**
 * Orders the erasure of approvals whose time is over. Whoever asks only points at them: what is due is worked out here, from the organisation's
 * retention, so nobody can have anything erased early.
 * @returns how many are erased or about to be, and why each of the others is not
 * @throws LogUnavailable; the same command may be sent again
 */
export const eraseDue =
  (deps: Deps): EraseDue =>
  async ({ tenant, approvalIds }) => {
    const reply: RetentionReply = { erased: 0, refused: [] };
    for (const approvalId of approvalIds) {
      const refusal = await eraseIfDue(deps, tenant, approvalId);
      if (refusal === null) reply.erased += 1;
      else reply.refused.push({ approvalId, ...refusal });
    }
    return reply;
  };

type Why = { code: RefusalCode; detail: string };

const eraseIfDue = async ({ eventLog, directory, now }: Deps, tenant: string, approvalId: string): Promise<Why | null> => {
  const at = now();
  const retention = directory.retentionOf(tenant);
  const endedBefore = cutoffOf(retention, at);
  if (endedBefore === null) return { code: 'still_open', detail: 'Nothing is erased now: it is kept for ever, or erasing is paused.' };
  const stream = streamOf.approval(approvalId);
  const { events } = await eventLog.loadRaw(stream, { maxCount: 1 });
  if (events[0]?.metadata.tenant !== tenant) return { code: 'not_found', detail: 'There is no such approval.' };
  const reason = `Kept for ${retention.months} months after its end.`;
  const decider = { initial, evolve, decide: (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] => decide(command, state) };
  try {
    await eventLog.handle(
      decider,
      stream,
      { type: 'EraseApproval', ground: 'retention', endedBefore, reason, now: at },
      { commandId: `retention:${approvalId}`, tenant, actor: 'service:decision', recordedAt: at },
    );
    return null;
  } catch (error) {
    if (error instanceof Refused) return { code: error.code, detail: error.detail };
    // Its keys are gone already; the order that destroyed them stands.
    if (error instanceof EventErased) return null;
    throw error;
  }
};
