import type { ApprovalCommand } from '@holdpoint/approval';
import type { Action, EventData } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { actionHash } from '@holdpoint/sdk';
import { evaluation, ordinarily, person } from '@holdpoint/testing';
import type { RunningIngest } from '../ingest/a-running-ingest.ts';

const ada = person('ada', 'operator');

/** Somebody who decides requests of a running ingest, as the gate and the console would have it recorded. */
export const aPerson = (world: RunningIngest) => {
  const now = () => world.parts.now();
  const opened = (): ApprovalCommand => ({ type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: now() });
  const by = () => ({ ...ordinarily, by: ada, channel: 'console' as const, now: now() });
  return {
    approve: (id: string) => world.decideAs(id, opened(), { type: 'Approve', ...by() }),
    /** A rule lets it through, for so many seconds. */
    approveFor: (id: string, approvalValidSec: number) =>
      world.decideAs(id, {
        type: 'ApplyGate',
        ...ordinarily,
        evaluation: evaluation({ verdict: 'APPROVE_AUTOMATICALLY', approvalValidSec }),
        now: now(),
      }),
    reject: (id: string, note = 'too much') => world.decideAs(id, opened(), { type: 'Reject', ...by(), note }),
    modify: (id: string, name: string, args: Record<string, unknown>) =>
      world.decideAs(id, opened(), {
        type: 'Modify',
        ...by(),
        action: { name, args: args as never },
        actionHash: actionHash({ tool: name, args }),
        evaluation: evaluation({ verdict: 'APPROVE_AUTOMATICALLY' }),
        note: 'less will do',
      }),
    /** Decides, by `verdict`, whatever is asked from now on. */
    watch(verdict: (id: string, action: Action | null) => Promise<void> | undefined): { decided: string[]; close(): Promise<void> } {
      const decided: string[] = [];
      const onEvents = async (events: LoggedEvent[]) => {
        for (const { type, data } of events) {
          if (type !== 'ApprovalRequested') continue;
          const asked = data as EventData<'ApprovalRequested'>;
          await verdict(asked.approvalId, asked.private.action);
          decided.push(asked.approvalId);
        }
      };
      const subscription = world.parts.eventLog.subscribe({ name: 'ada', from: 'end', prefixes: ['approval-'], onEvents });
      return { decided, close: () => subscription.close() };
    },
  };
};

export type Person = ReturnType<typeof aPerson>;
