import { decide, preconditionsOf, type Consume, type KnownApproval, type Observed } from '@holdpoint/approval';
import type { ApprovalRequest } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { AcceptApproval } from './accept-approval.ts';
import type { Caller } from './approval-requested.ts';
import { loadApproval, type Loaded } from './read-approval.ts';
import { contextIn, deadlineAnew, replacementKey, requestWith } from './replace-request.ts';
import { agentOf, refusalsAsProblems, type SettleApproval } from './settle-approval.ts';

export type ConsumeDeps = {
  eventLog: Pick<EventLog, 'load' | 'loadRaw'>;
  accept: AcceptApproval;
  settle: SettleApproval;
  directory: Pick<Directory, 'killSwitch'>;
  now: () => string;
  deadlineSecMin: number;
};

/**
 * Spends an approval right before its action runs. The executor names every precondition with the value it sees; when one changed, the
 * approval falls, and a new request asks about the world as it is.
 * @throws ProblemError 403, 409 (`already_consumed`, `held`, `preconditions_changed` with `again`), 422 `preconditions_required`
 */
export const consumeApproval =
  (deps: ConsumeDeps) =>
  async (
    id: string,
    caller: Caller,
    actionHash: string,
    observed: readonly Observed[] = [],
    traceparent?: string,
  ): Promise<KnownApproval> => {
    const loaded = await loadApproval(deps.eventLog, id, caller);
    const spend = (now: string, hold: Consume['hold'], again?: string): Consume => ({
      type: 'Consume',
      actionHash,
      by: agentOf(caller),
      now,
      hold,
      observed,
      ...(again !== undefined && { again }),
    });
    const hold = deps.directory.killSwitch(caller.tenant, loaded.state.requested.agent.id);
    const [outcome] = refusalsAsProblems(() => decide(spend(deps.now(), hold), loaded.state));
    assertAllNamed(loaded.state, observed);
    const again = outcome?.type === 'ApprovalVoided' ? await askAgain(deps, loaded, caller, observed) : undefined;
    const { state, events } = await deps.settle(id, caller, (now, held) => spend(now, held, again), traceparent);
    const fell = events.find(({ type }) => type === 'ApprovalVoided');
    if (fell?.type !== 'ApprovalVoided') return state;
    throw new ProblemError(
      'preconditions_changed',
      409,
      `Do not act: ${fell.data.changed.join(', ')} changed since this was approved, and the approval fell with it. ${
        again === undefined ? 'The run leaves no time to ask again.' : `${again} asks about the world as it is now.`
      }`,
      again === undefined ? {} : { members: { again } },
    );
  };

export type ConsumeApproval = ReturnType<typeof consumeApproval>;

/** What was stated and is not named could have changed unseen. */
const assertAllNamed = ({ preconditions }: KnownApproval, observed: readonly Observed[]): void => {
  const named = new Set(observed.map(({ name }) => name));
  const missing = preconditionsOf(preconditions).filter(({ name }) => !named.has(name));
  if (missing.length > 0)
    throw new ProblemError(
      'preconditions_required',
      422,
      `Name every precondition with the value it has now; ${missing.map(({ name }) => name).join(', ')} is missing.`,
      { errors: missing.map(({ name }) => ({ pointer: '/preconditions', detail: `has no entry named ${JSON.stringify(name)}` })) },
    );
};

/** The same request about the world as the executor sees it. @returns its id, or undefined when the run leaves no time */
const askAgain = async (
  { accept, now, deadlineSecMin }: ConsumeDeps,
  { state, events }: Loaded,
  caller: Caller,
  observed: readonly Observed[],
): Promise<string | undefined> => {
  const { requested } = state;
  const deadline = deadlineAnew(requested, now(), deadlineSecMin);
  if (deadline === null) return undefined;
  const seen = new Map(observed.map(({ name, value }) => [name, value]));
  const preconditions = preconditionsOf(state.preconditions).map(stated => ({ ...stated, value: seen.get(stated.name) ?? stated.value }));
  const request: ApprovalRequest = requestWith(requested, contextIn(events), { preconditions });
  const { reply } = await accept(request, caller, {
    headerKey: undefined,
    traceparent: undefined,
    bodyBytes: 0,
    replaces: {
      approvalId: requested.approvalId,
      key: replacementKey('again', requested.approvalId, observed, caller),
      deadline,
      contextRef: requested.contextRef,
    },
  });
  return reply.id;
};
