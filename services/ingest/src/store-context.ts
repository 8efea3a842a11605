import { LIMITS, streamOf, type ApprovalContext, type Event, type EventData } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { sha256Hex } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';

/** One part of a large context, bytes: sealed (a third more), it stays well below an event's limit of 1 MiB. */
const PART_BYTES_MAX = 524_288;

type ContextRef = NonNullable<EventData<'ApprovalRequested'>['contextRef']>;

/**
 * A context that is too large for the request's event, cut into parts.
 * @param bodyBytes size of the body it came in; a small body is not measured again
 * @returns null when the context fits into the event
 * @throws ProblemError 413 `context_too_large`
 */
export const largeContext = (context: ApprovalContext | undefined, bodyBytes: number): { json: Buffer; sha256: string } | null => {
  if (context === undefined || bodyBytes <= LIMITS.contextInlineBytesMax) return null;
  const json = Buffer.from(JSON.stringify(context));
  if (json.length > LIMITS.contextBytesMax)
    throw new ProblemError(
      'context_too_large',
      413,
      `The context has ${json.length} bytes of JSON; at most ${LIMITS.contextBytesMax} are taken.`,
      {
        errors: [{ pointer: '/context', detail: `is larger than ${LIMITS.contextBytesMax} bytes` }],
      },
    );
  return json.length <= LIMITS.contextInlineBytesMax ? null : { json, sha256: sha256Hex(json) };
};

/**
 * Appends a large context to `context-<approvalId>`, before the request that refers to it. Storing the same context again appends
 * nothing. When an attempt with another context broke off in between, the parts stand behind the older ones: a reader takes those
 * whose `sha256` the request names.
 * @throws LogUnavailable
 */
export const storeContext = async (
  eventLog: Pick<EventLog, 'append' | 'load'>,
  approvalId: string,
  { json, sha256 }: { json: Buffer; sha256: string },
  caller: Caller,
  now: string,
): Promise<ContextRef> => {
  const stream = streamOf.context(approvalId);
  const events = partsOf(json, sha256);
  const options = {
    commandId: `context:${approvalId}:${sha256}`,
    tenant: caller.tenant,
    actor: `agent:${caller.agentId}`,
    recordedAt: now,
  };
  try {
    await eventLog.append(stream, events, { ...options, expectedRevision: 'none' });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    const { events: stored, revision } = await eventLog.load(stream);
    const known = stored.some(event => event.type === 'ContextStored' && event.data.sha256 === sha256);
    if (!known) await eventLog.append(stream, events, { ...options, expectedRevision: revision });
  }
  return { stream, sha256, bytes: json.length };
};

const partsOf = (json: Buffer, sha256: string): Event<'ContextStored'>[] => {
  const texts: string[] = [];
  for (let from = 0; from < json.length;) {
    let to = Math.min(json.length, from + PART_BYTES_MAX);
    // Never cut inside a character: step back over UTF-8 continuation bytes.
    while (to < json.length && (json[to]! & 0xc0) === 0x80) to--;
    texts.push(json.toString('utf8', from, to));
    from = to;
  }
  return texts.map((text, part) => ({ type: 'ContextStored', data: { sha256, part, parts: texts.length, private: { json: text } } }));
};
