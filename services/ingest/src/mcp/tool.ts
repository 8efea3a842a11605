import type { ApiKeyScope, ApprovalReply, Json, JsonObject } from '@holdpoint/contracts';
import type { Caller } from '../approval-requested.ts';
import type { UseCases } from '../ingest.module.ts';

/** The use cases tools are made of: the same ones the agents' API calls. */
export type ToolParts = Pick<UseCases, 'acceptApproval' | 'readApproval' | 'waitForDecision' | 'listApprovals' | 'settleApproval'> & {
  now: () => string;
  /** How an approval is told. @param nowMs the clock, milliseconds since 1970 */
  answerOf: (approval: ApprovalReply, nowMs: number) => Said;
};

/** One tool call, beside its arguments. */
export type Call = {
  caller: Caller;
  traceparent: string | undefined;
  bodyBytes: number;
  /** Name and version of the MCP client, where it said so. A claim. */
  client: string | undefined;
  /** The client hung up. */
  gone: AbortSignal;
};

/** What a tool says: structured, and the same as text. */
export type Said = JsonObject;

export type Tool = {
  name: string;
  scope: ApiKeyScope;
  /** Whether it appends to the log. */
  writes: boolean;
  /** As `tools/list` shows it. */
  definition: JsonObject;
  /** @throws ProblemError for what cannot be done; LogUnavailable */
  run(args: Json, call: Call, parts: ToolParts): Promise<Said>;
};
