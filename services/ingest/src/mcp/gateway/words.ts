import { sameJson } from '@holdpoint/approval';
import type { ApprovalReply, JsonObject } from '@holdpoint/contracts';
import { answerOf, pendingAnswer, POLL_AFTER_MS } from '../answer.ts';
import type { Said } from '../tool.ts';
import type { ToolResult } from '../tools.ts';

/** Fixed sentences: nothing that a server, an agent or a reviewer wrote is ever part of one. */
export const GATED_NOTE =
  'Holdpoint: a person may have to approve this call before it runs. When the answer has status pending it did NOT run: go on with other work, call check_approval with the approvalId, and once it is approved call this tool again with exactly the same arguments.';
const PENDING =
  'NOT run: nobody has decided yet. Go on with other work. Call check_approval with this approvalId after pollAfterMs milliseconds; once it is approved, call the tool again with exactly the same arguments, and it runs, once.';
const ASKED = 'NOT run: somebody who is to decide asked you something. Answer with answer_question, then call check_approval.';
const APPROVED =
  'Approved, and NOT run yet: call the tool again with exactly the same arguments as before. The gateway runs what was approved, once.';
const USED = 'The call was begun. Call the tool again with exactly the same arguments to read what came of it; it does not run again.';
const RUNNING =
  'The call is under way. Call the tool again with exactly the same arguments in some seconds to read its result; it does not run again.';
const UNKNOWN =
  'The call was begun and what became of it is NOT known: it may or may not have been carried out. It is not run again by itself. Find out what holds, or tell a person, before you do anything that would carry it out again.';
const TOO_LARGE = 'The call ran; its result was too large to be remembered. It is not run again.';
const NOT_RUN = 'NOT run: this call did not succeed. Do not take it for carried out.';
const FAILED = 'The call was approved and did not succeed. To try again, ask anew.';

/** What check_approval says of an approval of this gateway: the same as everywhere, with how to go on from here. */
export const gatewayAnswer = (approval: ApprovalReply, nowMs: number): Said => {
  const said = answerOf(approval, nowMs);
  if (approval.decision === null) return { ...said, instruction: approval.questions === undefined ? PENDING : ASKED };
  if (said['status'] === 'used') return { ...said, instruction: USED };
  return said['approved'] === true ? { ...said, instruction: APPROVED } : said;
};

export const pendingResult = (approval: ApprovalReply): ToolResult =>
  told({
    ...pendingAnswer(approval),
    ran: false,
    instruction: approval.questions === undefined ? PENDING : ASKED,
  });

/** Rejected, expired, withdrawn, lapsed: told in the words every agent is told it in. */
export const endedResult = (approval: ApprovalReply, nowMs: number): ToolResult => failed({ ...answerOf(approval, nowMs), ran: false });

export const runningResult = (approvalId: string): ToolResult =>
  failed({ status: 'running', approvalId, pollAfterMs: POLL_AFTER_MS, instruction: RUNNING });

export const unknownResult = (approvalId: string | null, since: string | null, said: string | null): ToolResult =>
  failed({
    status: 'unknown',
    ...(approvalId !== null && { approvalId }),
    ...(since !== null && { begunAt: since }),
    ...(said !== null && { detail: said }),
    instruction: UNKNOWN,
  });

export const failedResult = (approvalId: string, said: string | null): ToolResult =>
  failed({ status: 'failed', approvalId, ...(said !== null && { detail: said }), instruction: FAILED });

export const notRunResult = (code: string, detail: string, more: JsonObject = {}): ToolResult =>
  failed({ status: 'refused', ran: false, approved: false, code, detail, ...more, instruction: NOT_RUN });

export const tooLargeResult = (approvalId: string, result: JsonObject): ToolResult =>
  told({ status: 'succeeded', ran: true, approvalId, result, instruction: TOO_LARGE });

/** In `_meta` of a result: the approval it ran under, and whether it is one that was on record. */
const APPROVAL_META = 'dev.holdpoint/approvalId';
const RECORDED_META = 'dev.holdpoint/recordedAt';

/**
 * A server's result as its agent gets it: as it came, and beside it what the agent could not know: that a person changed the arguments, or that
 * this is what a call before brought.
 * @param ran the arguments that were approved and sent
 * @param asked the arguments that the agent gave
 * @param recordedAt when it was recorded; null for one that just came
 */
export const resultUnder = (
  approvalId: string,
  result: JsonObject,
  ran: JsonObject,
  asked: JsonObject,
  recordedAt: string | null,
): ToolResult => {
  const content = Array.isArray(result['content']) ? result['content'] : [];
  const remarks = [
    ...(sameJson(ran, asked) ? [] : [`Holdpoint: a person changed the arguments. What ran is: ${JSON.stringify(ran)}`]),
    ...(recordedAt === null ? [] : [`Holdpoint: this is the result of ${recordedAt}, on record; the call did not run again.`]),
  ];
  const meta = (result['_meta'] ?? {}) as JsonObject;
  return {
    ...result,
    content: [...content, ...remarks.map(text => ({ type: 'text', text }))],
    _meta: { ...meta, [APPROVAL_META]: approvalId, ...(recordedAt !== null && { [RECORDED_META]: recordedAt }) },
  } as unknown as ToolResult;
};

const told = (said: Said): ToolResult => ({ content: [{ type: 'text', text: JSON.stringify(said) }], structuredContent: said });
const failed = (said: Said): ToolResult => ({ ...told(said), isError: true });
