import { AmbiguousName, approvalRequest, withCamelCaseNames, type Decision, type JsonObject } from '@holdpoint/contracts';
import type { ParsedCall, Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf, AnswerIncomplete } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'plain-http';
/** Stands for the call's id in an app that makes one request at a time and gives it none. */
const ONLY_CALL = 'call';

/** What an app acts on: run exactly `action`, or nothing. `action` is null when the request named none exactly. */
export type PlainAnswer = { run: boolean; action: { name: string; args: JsonObject } | null; message: string };

/** Reads a body as an app would send it: camelCase or snake_case names, `source` optional. */
export const parseBody = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { threadId, runId, context, agent } = place;
  const added = Object.fromEntries(Object.entries({ threadId, runId, context, agent }).filter(([, value]) => value !== undefined));
  let body: unknown;
  try {
    body = withCamelCaseNames(pause);
  } catch (error) {
    if (error instanceof AmbiguousName) throw new UnknownPause(ID, error.member, 'one of its two names');
    throw error;
  }
  const whole = typeof body === 'object' && body !== null && !Array.isArray(body) ? { source: 'custom', ...added, ...body } : body;
  const request = readShape(ID, approvalRequest, whole);
  return [{ kind: 'request', toolCallId: request.toolCallId ?? ONLY_CALL, request }];
};

/** What the app may do now. */
export const formatDecision = (decisions: readonly Decision[], pause: unknown, place: Place = {}): PlainAnswer => {
  const [call] = parseBody(pause, place);
  if (call?.kind !== 'request') throw new AnswerIncomplete([ONLY_CALL]);
  const named = decisions.map(decision => (decision.toolCallId === null ? { ...decision, toolCallId: call.toolCallId } : decision));
  const [answered] = answersOf([call], named, true, place.nowMs);
  const { verdict } = answered!;
  if (verdict.is === 'no') return { run: false, action: null, message: verdict.message };
  const { action } = call.request;
  if (action === null || action === undefined) return { run: true, action: null, message: verdict.message };
  return {
    run: true,
    action: { name: action.name, args: verdict.is === 'changed' ? verdict.args : action.args },
    message: verdict.message,
  };
};

export const plainHttp: WayIn<PlainAnswer> = { id: ID, source: 'custom', parse: parseBody, format: formatDecision };
