import { LIMITS, streamOf, type ApprovalContext, type Event, type EventData } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { sha256Hex } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';

/**
 * One part of a large context, bytes. Inside its event it is a JSON text in JSON, which can double it, and sealed it grows by a third:
 * at most 700 KB then, so each part fits into an append of its own (1 MiB).
 */
const PART_BYTES_MAX = 262_144;
/** Others that store under the same approval at the same moment are repeats of one request; five rounds end any such race. */
const ROUNDS_MAX = 5;

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
 * Appends a large context to `context-<approvalId>`, before the request that refers to it. What is there already is not stored again,
 * so an attempt that broke off is finished by its repeat. Had that attempt another context, the parts stand behind the older ones: a
 * reader takes those whose `sha256` the request names.
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
  const parts = partsOf(json, sha256);
  const by = { tenant: caller.tenant, actor: `agent:${caller.agentId}`, recordedAt: now };
  let stored = { revision: -1, parts: new Set<number>() };
  for (let round = 1; ; round++)
    try {
      for (const event of parts) {
        const { part } = event.data;
        if (stored.parts.has(part)) continue;
        const expectedRevision = stored.revision < 0 ? ('none' as const) : stored.revision;
        await eventLog.append(stream, [event], { ...by, commandId: `context:${approvalId}:${sha256}:${part}`, expectedRevision });
        stored = { revision: stored.revision + 1, parts: stored.parts.add(part) };
      }
      return { stream, sha256, bytes: json.length };
    } catch (error) {
      if (!(error instanceof RevisionConflict) || round === ROUNDS_MAX) throw error;
      stored = await storedParts(eventLog, stream, sha256);
    }
};

const storedParts = async (eventLog: Pick<EventLog, 'load'>, stream: string, sha256: string) => {
  const { events, revision } = await eventLog.load(stream);
  const parts = new Set<number>();
  for (const { type, data } of events) if (type === 'ContextStored' && data.sha256 === sha256) parts.add(data.part);
  return { revision, parts };
};

/** Cuts the JSON into events, never inside a character. */
const partsOf = (json: Buffer, sha256: string): Event<'ContextStored'>[] => {
  const texts: string[] = [];
  for (let from = 0; from < json.length;) {
    let to = Math.min(json.length, from + PART_BYTES_MAX);
    // Step back over the continuation bytes of UTF-8.
    while (to < json.length && (json[to]! & 0xc0) === 0x80) to--;
    texts.push(json.toString('utf8', from, to));
    from = to;
  }
  return texts.map((text, part) => ({ type: 'ContextStored', data: { sha256, part, parts: texts.length, private: { json: text } } }));
};
