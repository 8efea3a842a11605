import { approvalContext, type ApprovalContext } from '@holdpoint/contracts';

type Message = NonNullable<ApprovalContext['messages']>[number];

/** Bytes of JSON: what was said stands in the request's own event, beside everything else of it. */
const SAID_BYTES_MAX = 24_576;
const SAID_MAX = 50;

/**
 * What was said in a session before it began to wait, for people to read: the newest of it, as much as fits. Whatever does not have the form
 * of a message is left out; it never keeps a call from being asked about.
 * @param messages oldest first
 */
export const saidBefore = (messages: readonly { role: unknown; content: unknown }[]): ApprovalContext | undefined => {
  const said: Message[] = [];
  let bytes = 0;
  for (const { role, content } of messages.slice(-SAID_MAX).toReversed()) {
    const read = approvalContext.safeParse({ messages: [{ role, content }] });
    const [message] = read.success ? (read.data.messages ?? []) : [];
    if (message === undefined) continue;
    bytes += Buffer.byteLength(JSON.stringify(message));
    if (bytes > SAID_BYTES_MAX) break;
    said.unshift(message);
  }
  return said.length === 0 ? undefined : { messages: said };
};
