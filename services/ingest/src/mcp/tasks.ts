import type { ApprovalReply, Json, JsonObject } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { answerOf, POLL_AFTER_MS } from './answer.ts';
import { withdraw } from './cancel-approval.ts';
import type { Call, Said, ToolParts } from './tool.ts';
import { resultOf } from './tools.ts';

/**
 * The tasks extension (SEP-2663) over approvals: a task's id is the approval's, so a task is as durable as the log, and one is only handed
 * out after the append. People are asked elsewhere, so a task never asks its client for input.
 */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
const CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Whether this very request says that its client knows tasks; what another request said counts for nothing. */
export const declaresTasks = (params: unknown): boolean => {
  const capabilities = member(member(params, '_meta'), CLIENT_CAPABILITIES);
  return member(member(capabilities, 'extensions'), TASKS_EXTENSION) !== undefined;
};

type Task = Pick<ApprovalReply, 'id' | 'requestedAt' | 'status' | 'decision'>;

/** The task's own members. Approvals are kept for as long as the log is, so it has no time to live. */
const taskOf = ({ id, requestedAt, status, decision }: Task): JsonObject => ({
  taskId: id,
  status: status === 'pending' ? 'working' : status === 'withdrawn' ? 'cancelled' : 'completed',
  statusMessage: status === 'pending' ? 'NOT approved: nobody has decided yet.' : `The request is ${status}.`,
  createdAt: requestedAt,
  lastUpdatedAt: decision?.decidedAt ?? requestedAt,
  ttlMs: null,
  pollIntervalMs: POLL_AFTER_MS,
});

/** What a call for an approval is answered with instead of `pending`. */
export const taskHandle = async (said: Said, call: Call, parts: ToolParts): Promise<JsonObject> => {
  const approval = await parts.readApproval(String(said['approvalId']), call.caller);
  return { resultType: 'task', ...taskOf(approval), status: 'working' };
};

export type TaskMethod = 'tasks/get' | 'tasks/update' | 'tasks/cancel';

/**
 * Answers a task method. A rejection is a task that completed, with a result that says "not approved".
 * @throws ProblemError 404 for what is no task of this caller's organisation; LogUnavailable
 */
export const runTaskMethod = async (method: TaskMethod, taskId: string, call: Call, parts: ToolParts): Promise<JsonObject> => {
  const approval = await parts.readApproval(taskId, call.caller);
  if (method === 'tasks/get') {
    const task = taskOf(approval);
    if (task['status'] !== 'completed') return task;
    return { ...task, result: resultOf(answerOf(approval, Date.parse(parts.now()))) as unknown as Json };
  }
  // Responses to what was never asked are to be ignored.
  if (method === 'tasks/update') return {};
  try {
    await withdraw(taskId, undefined, call, parts);
  } catch (error) {
    // Cancelling says what the client wants; what is decided stays decided.
    if (!(error instanceof ProblemError) || error.status !== 409) throw error;
  }
  return {};
};
