import type { ApprovalRequest } from '@holdpoint/contracts';
import { ProblemError, type ProblemPlace } from '@holdpoint/service-kit';

/** Characters of an Idempotency-Key. */
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
/** Visible ASCII and space: what a Structured Field string can hold (RFC 8941 §3.3.3). */
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * The key in an `Idempotency-Key` header. The draft (draft-ietf-httpapi-idempotency-key-header-07) makes it a Structured Field string,
 * in quotes; most clients send it bare, so both are one key.
 * @returns the key, or undefined without a header
 * @throws ProblemError 400 `idempotency_key_invalid`
 */
export const keyFromHeader = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const text = typeof header === 'string' ? header.trim() : '';
  const key = text.startsWith('"') ? unquoted(text) : text;
  if (key === undefined || key.length === 0 || key.length > IDEMPOTENCY_KEY_CHARS_MAX || !PRINTABLE.test(key))
    throw new ProblemError(
      'idempotency_key_invalid',
      400,
      `Idempotency-Key must be 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} printable ASCII characters, quoted or bare, given once.`,
    );
  return key;
};

const unquoted = (text: string): string | undefined => {
  if (!/^"(?:[^"\\]|\\["\\])*"$/.test(text)) return undefined;
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
};

/**
 * Names the request for ever: from the header, or from the paused call's place, which an agent's app always knows. The kinds cannot
 * collide, and a test key never meets a live request.
 * @param headerKey from {@link keyFromHeader}; for item n of a batch, with its index
 * @throws ProblemError 400 `idempotency_key_required` that names what is missing
 */
export const idempotencyKeyOf = (
  request: Pick<ApprovalRequest, 'source' | 'threadId' | 'runId' | 'toolCallId'>,
  headerKey: string | undefined,
  mode: 'live' | 'test',
): string => {
  if (headerKey !== undefined) return `${mode} key ${headerKey}`;
  const { source, threadId, runId, toolCallId } = request;
  const missing: ProblemPlace[] = [];
  if (toolCallId === undefined) missing.push({ pointer: '/toolCallId', detail: 'is missing' });
  if (runId === undefined && threadId === undefined)
    missing.push({ pointer: '/runId', detail: 'is missing, and so is threadId; one of them is needed' });
  if (missing.length > 0)
    throw new ProblemError(
      'idempotency_key_required',
      400,
      'Send an Idempotency-Key header, or say which paused call this is: toolCallId with runId or threadId. Without either a repeated request could not be told from a new one.',
      { errors: missing },
    );
  return `${mode} call ${JSON.stringify([source, threadId ?? null, runId ?? null, toolCallId])}`;
};
