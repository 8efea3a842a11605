import { EgressError } from '@holdpoint/egress';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResumeRequest, ResumeResult } from './agent.ts';

/** An answer of the agent's server, or none at all. */
export type Reply = { status: number; body: unknown } | null;
/** Upper bound of one call to the agent's server, milliseconds; the caller's schedule makes further attempts. */
const CALL_TIMEOUT_MS = 30_000;

type Call = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: unknown; text?: string };

/** {@link sendJson}, for what may be repeated or looked up afterwards. */
export const callJson = async (request: Pick<ResumeRequest, 'connection' | 'fetch'>, call: Call): Promise<Reply> =>
  (await sendJson(request, call)).reply;

/**
 * Makes one JSON call, without any retry: what was applied and lost its reply must not be sent twice unseen.
 * @param call.text the body, where it is JSON already
 * @returns with `reply` null, whether the server may have got the request all the same
 */
export const sendJson = async (
  request: Pick<ResumeRequest, 'connection' | 'fetch'>,
  call: Call,
): Promise<{ reply: Reply; mayHaveArrived: boolean }> => {
  const body = call.text ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  try {
    const { baseUrl } = request.connection;
    const response = await request.fetch(call.path === '' ? baseUrl : `${baseUrl.replace(/\/+$/, '')}${call.path}`, {
      method: call.method,
      headers: { accept: 'application/json', ...call.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const text = await response.text();
    return { reply: { status: response.status, body: text === '' ? null : parsed(text) }, mayHaveArrived: true };
  } catch (error) {
    return { reply: null, mayHaveArrived: !(error instanceof EgressError) || error.requestMayHaveArrived };
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What a look at the run says: an end, something to send, or that it works on something and cannot be told yet. */
export type Look = { settle: ResumeResult } | { send: unknown } | { busy: string };
/** How one framework's server is read and answered. */
export type Conversation = {
  /** The run as it is now: its state, or the reply that shows why it cannot be read. */
  look(): Promise<Look | { unreadable: Reply }>;
  send(body: unknown): Promise<Reply>;
};

/** Pauses before the looks after a send, milliseconds: "accepted" and "applied" are two things, mostly a moment apart. */
const LOOK_AGAIN_MS = [0, 100, 400, 1_500];

/**
 * One attempt that never sends blindly: look, send what is still waited for, look again until it shows. After a doubt only the run
 * itself can tell what happened.
 */
export const resumeByLooking = async ({ look, send }: Conversation): Promise<ResumeResult> => {
  const before = await look();
  if ('unreadable' in before) return unread(before.unreadable);
  if ('settle' in before) return before.settle;
  if ('busy' in before) return { outcome: 'unknown', runStatus: null, detail: before.busy };
  const reply = await send(before.send);
  const taken = reply !== null && reply.status < 300;
  if (reply?.status === 404) return gone();
  let busy: string | null = null;
  for (const pauseMs of taken || reply === null ? LOOK_AGAIN_MS : LOOK_AGAIN_MS.slice(0, 1)) {
    await sleep(pauseMs);
    const after = await look();
    if ('unreadable' in after) continue;
    if ('settle' in after) return taken && after.settle.outcome === 'reconciled' ? { ...after.settle, outcome: 'submitted' } : after.settle;
    busy = 'busy' in after ? after.busy : null;
    if (busy !== null && taken) return { outcome: 'submitted', runStatus: null, detail: 'the server took the answer and works on it' };
  }
  if (reply === null)
    return { outcome: 'unknown', runStatus: null, detail: `no answer to what was sent${busy === null ? '' : `; ${busy}`}` };
  if (taken) return { outcome: 'unknown', runStatus: null, detail: 'the server took the answer, and it does not show yet' };
  return { outcome: 'failed', runStatus: null, detail: `the answer was refused with ${reply.status}` };
};

const gone = (): ResumeResult => ({
  outcome: 'impossible',
  runStatus: null,
  detail: 'the run, or the whole API, is not there any more (404)',
});

/** Nothing was sent yet, so every failure but a definite "not there" is worth another attempt. */
export const unread = (reply: Reply): ResumeResult => {
  if (reply?.status === 404) return gone();
  const failed = (detail: string): ResumeResult => ({ outcome: 'failed', runStatus: null, detail });
  if (reply === null) return failed("the agent's server gave no answer");
  if (reply.status === 401 || reply.status === 403)
    return failed(`the agent's server refused our credentials (${reply.status}); check the connection's API key`);
  return failed(reply.status < 300 ? 'the run could not be understood' : `reading the run failed with ${reply.status}`);
};
