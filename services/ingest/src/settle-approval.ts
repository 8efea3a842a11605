import {
  decide,
  evolve,
  initial,
  Refused,
  type Answer,
  type Consume,
  type Hold,
  type KnownApproval,
  type ReportExecution,
  type Revise,
  type Withdraw,
} from '@holdpoint/approval';
import { streamOf, type ApprovalEvent, type DecidedBy } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { signDecisions, type ReceiptSigner } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';
import { loadApproval } from './read-approval.ts';

export type SettleDeps = {
  eventLog: Pick<EventLog, 'load' | 'loadRaw' | 'handle'>;
  directory: Pick<Directory, 'killSwitch'>;
  now: () => string;
  /** A new id for each HTTP request: spending twice must meet the first spend, not pass as the same append. */
  newCommandId: () => string;
  signer: Pick<ReceiptSigner, 'sign'>;
};

export type Settling = { state: KnownApproval; events: readonly ApprovalEvent[] };

/** What an agent may still do about a request of its own organisation. */
type AgentCommand = Withdraw | Revise | Answer | Consume | ReportExecution;

/** What only the agent that asked may do. */
const OWN_ONLY: Partial<Record<AgentCommand['type'], string>> = { Withdraw: 'withdraw', Revise: 'revise', Answer: 'answer for' };

export const agentOf = (caller: Caller): DecidedBy => ({ kind: 'agent', id: caller.agentId });

/**
 * Decides one command over the approval's stream and appends what follows.
 * @throws ProblemError with the refusal's code (403, 404, 409, 422); LogUnavailable
 */
export const settleApproval =
  (deps: SettleDeps) =>
  async (
    id: string,
    caller: Caller,
    commandOf: (now: string, hold: Hold | null) => AgentCommand,
    traceparent?: string,
  ): Promise<Settling> => {
    const known = await loadApproval(deps.eventLog, id, caller);
    const now = deps.now();
    const command = commandOf(now, deps.directory.killSwitch(caller.tenant, known.state.requested.agent.id));
    const own = OWN_ONLY[command.type];
    if (own !== undefined && known.state.requested.agent.id !== caller.agentId)
      throw new ProblemError('not_your_request', 403, `Only the agent that asked can ${own} a request.`);
    const decider = {
      initial,
      evolve,
      decide: (asked: AgentCommand, state: typeof initial) => signDecisions(decide(asked, state), caller.tenant, deps.signer),
    };
    try {
      const { state, events } = await deps.eventLog.handle(decider, streamOf.approval(id), command, {
        known,
        commandId: deps.newCommandId(),
        tenant: caller.tenant,
        actor: `agent:${caller.agentId}`,
        recordedAt: now,
        correlationId: known.state.requested.runId ?? id,
        ...(traceparent !== undefined && { traceparent }),
      });
      return { state: state as KnownApproval, events };
    } catch (error) {
      throw problemOf(error);
    }
  };

/** Runs a decision; a refusal becomes the problem a caller is told. */
export const refusalsAsProblems = <T>(decision: () => T): T => {
  try {
    return decision();
  } catch (error) {
    throw problemOf(error);
  }
};

const problemOf = (error: unknown): unknown =>
  error instanceof Refused ? new ProblemError(error.code, error.status, error.detail) : error;

export type SettleApproval = ReturnType<typeof settleApproval>;
