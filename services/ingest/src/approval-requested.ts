import type { Action, ApprovalRequest, Binding, EventData, JsonObject } from '@holdpoint/contracts';
import type { Deadline } from './expires-at.ts';
import type { WayBack } from './way-back.ts';

/** The agent behind a request, as its credential says. Nothing in a body can change it. */
export type Caller = { tenant: string; agentId: string; keyId: string; mode: 'live' | 'test' };

export type Settled = {
  approvalId: string;
  caller: Caller;
  action: Action | null;
  toolName: string;
  binding: Binding;
  deadline: Deadline;
  wayBack: WayBack;
  requestHash: string;
  now: string;
  contextRef: EventData<'ApprovalRequested'>['contextRef'];
  revises?: string;
};

const ALL_DECISIONS: ApprovalRequest['allowedDecisions'] = ['approve', 'reject', 'modify'];

/**
 * The event a request becomes. `request` is what the agent sent; `settled` is what was worked out from it and from the credential.
 * A context that went to its own stream (`contextRef`) is left out.
 */
export const approvalRequestedFrom = (request: ApprovalRequest, settled: Settled): EventData<'ApprovalRequested'> => {
  const { caller, wayBack, deadline } = settled;
  const { name, version, model } = request.agent ?? {};
  return {
    approvalId: settled.approvalId,
    source: request.source,
    threadId: request.threadId ?? null,
    runId: request.runId ?? null,
    toolCallId: request.toolCallId ?? null,
    agent: {
      id: caller.agentId,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      ...(model !== undefined && { model }),
    },
    keyId: caller.keyId,
    ...(caller.mode === 'test' && { test: true as const }),
    riskLevel: request.arguments.riskLevel,
    toolName: settled.toolName,
    binding: settled.binding,
    allowedDecisions: [...new Set(request.allowedDecisions ?? ALL_DECISIONS)],
    requestedAt: settled.now,
    expiresAt: deadline.expiresAt,
    deadlineBy: deadline.by,
    upstreamExpiresAt: deadline.upstreamExpiresAt,
    requestHash: settled.requestHash,
    labels: request.labels ?? {},
    batch: request.batch ?? null,
    delivery: {
      source: request.source,
      callback: wayBack.callback,
      resume: wayBack.resume,
      upstreamExpiresAt: deadline.upstreamExpiresAt,
    },
    ...(settled.revises !== undefined && { revises: settled.revises }),
    contextRef: settled.contextRef,
    private: {
      arguments: request.arguments,
      action: settled.action,
      ...(request.argsSchema !== undefined && { argsSchema: request.argsSchema }),
      ...(request.context !== undefined && settled.contextRef === null && { context: request.context }),
      callback: request.callback ?? null,
      state: wayBack.state,
      ...(request.resume?.siblingOutputs !== undefined && { siblingOutputs: request.resume.siblingOutputs }),
      ...(request.resume?.url !== undefined && { resumeUrl: request.resume.url }),
      principal: request.principal ?? null,
      preconditions: (request.preconditions ?? []) as JsonObject[],
    },
  };
};
