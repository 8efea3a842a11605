import type { KnownApproval, Requested } from '@holdpoint/approval';
import type { ApprovalContext, ApprovalEvent, ApprovalRequest, ReviseBody } from '@holdpoint/contracts';
import { canonicalJson, sha256Hex } from '@holdpoint/sealing';
import type { Caller } from './approval-requested.ts';
import { UPSTREAM_MARGIN_SEC, type Deadline } from './expires-at.ts';

/** Key of a request that takes another's place. Its kind is no other key's, and the same words always give the same request. */
export const replacementKey = (kind: 'revise' | 'again', approvalId: string, words: unknown, { mode }: Caller): string =>
  `${mode} ${kind} ${approvalId} ${sha256Hex(canonicalJson(words))}`;

/** The request as it was asked, with what changes. Where the answer goes, whose run it is and who asked stay as they were. */
export const requestWith = (requested: Requested, context: ApprovalContext | undefined, changes: ReviseBody): ApprovalRequest => {
  const { private: asked, delivery } = requested;
  const { name, version, model } = requested.agent;
  const action = changes.action ?? (changes.arguments?.actionName ? null : asked.action);
  const said = changes.context ?? context;
  const argsSchema = changes.argsSchema ?? asked.argsSchema;
  return {
    source: requested.source,
    ...(requested.threadId !== null && { threadId: requested.threadId }),
    ...(requested.runId !== null && { runId: requested.runId }),
    ...(requested.toolCallId !== null && { toolCallId: requested.toolCallId }),
    arguments: changes.arguments ?? asked.arguments,
    action,
    ...(argsSchema !== undefined && { argsSchema }),
    ...(said !== undefined && { context: said }),
    allowedDecisions: requested.allowedDecisions,
    ...(asked.callback !== null && { callback: asked.callback }),
    ...(delivery.resume.mode !== 'none' && {
      resume: {
        ...delivery.resume,
        ...(asked.siblingOutputs !== undefined && { siblingOutputs: asked.siblingOutputs }),
        ...(asked.resumeUrl !== undefined && { url: asked.resumeUrl }),
      },
    }),
    ...(requested.batch !== null && { batch: requested.batch }),
    agent: { ...(name !== undefined && { name }), ...(version !== undefined && { version }), ...(model !== undefined && { model }) },
    ...(asked.principal !== null && { principal: asked.principal }),
    labels: changes.labels ?? requested.labels,
    preconditions: changes.preconditions ?? (asked.preconditions as ApprovalRequest['preconditions']),
  };
};

/** The conversation in the request's own event; one that has a stream of its own is referred to. */
export const contextIn = (events: readonly ApprovalEvent[]): ApprovalContext | undefined => {
  const [first] = events;
  return first?.type === 'ApprovalRequested' ? first.data.private.context : undefined;
};

/** A revision waits no longer than what it takes the place of. */
export const sameDeadline = (state: KnownApproval): Deadline => ({
  expiresAt: state.expiresAt,
  upstreamExpiresAt: state.requested.upstreamExpiresAt,
  by: 'agent',
});

/**
 * As long again as the first time, within what the paused run allows.
 * @returns null when the run leaves no time to ask again
 */
export const deadlineAnew = (
  { requestedAt, expiresAt, upstreamExpiresAt, deadlineBy: by = 'agent' }: Requested,
  now: string,
  minSec: number,
): Deadline | null => {
  const nowMs = Date.parse(now);
  const wantedMs = nowMs + Math.max(minSec * 1_000, Date.parse(expiresAt) - Date.parse(requestedAt));
  const usableMs = upstreamExpiresAt === null ? wantedMs : Date.parse(upstreamExpiresAt) - UPSTREAM_MARGIN_SEC * 1_000;
  if (usableMs < nowMs + minSec * 1_000) return null;
  return { expiresAt: new Date(Math.min(wantedMs, usableMs)).toISOString(), upstreamExpiresAt, by };
};
