import { streamOf, type EventData, type JsonObject } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { sha256Hex } from '@holdpoint/sealing';
import type { Caller } from '../../approval-requested.ts';
import { storeContext } from '../../store-context.ts';

/** A result larger than this is answered once and not remembered, bytes of JSON. */
const KEPT_BYTES_MAX = 262_144;

export type ResultRef = NonNullable<EventData<'ExecutionReported'>['result']>;

/**
 * Keeps the result of an approved call, sealed, beside the approval's large context, before the receipt that names it.
 * @returns what the receipt says of it
 * @throws LogUnavailable
 */
export const keepResult = async (
  eventLog: Pick<EventLog, 'append' | 'load'>,
  approvalId: string,
  result: JsonObject,
  caller: Caller,
  now: string,
): Promise<ResultRef> => {
  const json = Buffer.from(JSON.stringify(result));
  const sha256 = sha256Hex(json);
  const kept = json.length <= KEPT_BYTES_MAX;
  if (kept) await storeContext(eventLog, approvalId, { json, sha256 }, caller, now);
  return { sha256, bytes: json.length, kept };
};

/** The result a receipt names; null where none was kept. @throws LogUnavailable */
export const keptResult = async (
  eventLog: Pick<EventLog, 'load'>,
  approvalId: string,
  ref: ResultRef | undefined,
): Promise<JsonObject | null> => {
  if (ref?.kept !== true) return null;
  const { events } = await eventLog.load(streamOf.context(approvalId));
  const texts: string[] = [];
  for (const { type, data } of events) if (type === 'ContextStored' && data.sha256 === ref.sha256) texts[data.part] = data.private.json;
  const json = texts.join('');
  // Parts of a result whose storing broke off are no result.
  return sha256Hex(json) === ref.sha256 ? (JSON.parse(json) as JsonObject) : null;
};
