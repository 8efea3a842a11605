import type { DecisionCommand } from '@holdpoint/contracts';
import type { Rotations } from '@holdpoint/directory';
import type { AppendOptions, EventLog } from '@holdpoint/event-log';
import { eventIdOf } from '@holdpoint/sealing';
import type { Decided } from './answer-to.ts';
import { next, type Known } from './known-approval.ts';
import type { OpenApprovals } from './open-approvals.ts';

type Deps = { eventLog: Pick<EventLog, 'append'>; approvals: OpenApprovals; rotations: Pick<Rotations, 'appended'> };

/**
 * Appends a decision at the revision it was made on.
 * @returns the approval after it
 * @throws RevisionConflict when somebody was faster, LogUnavailable
 */
export const appendDecision = async (
  { eventLog, approvals, rotations }: Deps,
  stream: string,
  { events, before, now, commandId }: Decided,
  command: DecisionCommand,
): Promise<Known> => {
  await eventLog.append(stream, events, { ...causedBy(command, before, now), commandId, expectedRevision: before.revision });
  const after = next(
    before,
    events,
    events.map((_, index) => eventIdOf(commandId, index)),
  );
  approvals.appended(stream, after);
  rotations.appended(command.tenant, stream, events);
  return after;
};

/** Who and what an append goes back to: the person, the command, and the agent's run. */
export const causedBy = (command: DecisionCommand, before: Known, now: string): Omit<AppendOptions, 'expectedRevision'> => ({
  commandId: command.commandId,
  tenant: command.tenant,
  actor: `operator:${command.operatorId}`,
  recordedAt: now,
  causationId: command.commandId,
  ...(before.correlationId === undefined ? {} : { correlationId: before.correlationId }),
  ...(before.traceparent === undefined ? {} : { traceparent: before.traceparent }),
});
