import { UnknownPause, waitingCalls, type Hook, type SessionPlace, type WaitingCall } from '@holdpoint/agents';
import type { ApprovalRequest, HookReply } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError, type Logger } from '@holdpoint/service-kit';
import type { AcceptApproval } from '../accept-approval.ts';
import type { Caller } from '../approval-requested.ts';
import { isErased } from '../load-unless-erased.ts';
import type { CountHook, HookOutcome } from './metrics.ts';
import { providerUnavailable } from './read-session.ts';
import type { HookConnection } from './verify-hook.ts';

export type AskDeps = {
  accept: AcceptApproval;
  directory: Pick<Directory, 'endpoint'>;
  logger: Pick<Logger, 'warn'>;
  count: CountHook;
};
/** A session as it is now, and how to reach it. */
export type SessionRead = { hook: Hook; place: SessionPlace; session: unknown };

/**
 * Asks for each call a session waits for. Ids come from the provider's own, so a call that was asked for before meets that request, whoever
 * asked first and however often its webhook comes. One call never hides another: those we cannot read are refused after the others were
 * recorded.
 * @throws ProblemError 422 `unknown_pause` when a call is of a shape we do not know, 503 when an answer could not be sent; LogUnavailable
 */
export const askForCalls =
  ({ accept, directory, logger, count }: AskDeps) =>
  async ({ hook, place, session }: SessionRead, connection: HookConnection): Promise<HookReply> => {
    const { tenant, agentId, connectionId } = connection;
    const caller: Caller = { tenant, agentId, keyId: `hook:${connectionId}`, mode: 'live' };
    const reply: HookReply = { requested: [], known: [], refused: 0, left: 0 };
    const unclear: string[] = [];
    const note = (outcome: HookOutcome, about: Record<string, unknown> = {}) => {
      count(hook.provider, outcome);
      if (outcome === 'unknown' || outcome === 'refused')
        logger.warn({ tenant, connectionId, sessionId: place.sessionId, ...about }, `a call of a session was ${outcome}`);
    };
    const ask = async (request: ApprovalRequest): Promise<void> => {
      const full = toldTo(directory, connection, request);
      const envelope = { headerKey: undefined, traceparent: undefined, bodyBytes: Buffer.byteLength(JSON.stringify(full)), sameCall: true };
      const { outcome, reply: accepted } = await accept(full, caller, envelope);
      note(outcome === 'accepted' ? 'requested' : 'known');
      reply[outcome === 'accepted' ? 'requested' : 'known'].push(accepted.id);
    };
    const take = async (waiting: WaitingCall): Promise<void> => {
      if ('unknown' in waiting) throw waiting.unknown;
      const { call, pause } = waiting;
      if (call.kind === 'request') return ask(call.request);
      if (call.kind === 'foreign') {
        reply.left += 1;
        return note('left');
      }
      if (hook.answer === undefined) throw cannotRefuse(call);
      const answered = await hook.answer(place, hook.wayIn.format([], pause));
      if (answered === null || answered.status >= 300) throw providerUnavailable(answered?.status);
      reply.refused += 1;
      note('refused', { toolCallId: call.toolCallId, reason: call.reason });
    };
    for (const waiting of waitingCalls(hook, session, place.sessionId, { connectionId })) {
      try {
        await take(waiting);
      } catch (error) {
        // It was asked about and decided; what it said is gone since.
        if (isErased(error)) {
          reply.left += 1;
          note('left');
          continue;
        }
        const reason = reasonOf(error);
        if (reason === null) throw error;
        unclear.push(reason);
        note('unknown', { reason });
      }
    }
    if (unclear.length > 0) throw unknownPause(unclear);
    return reply;
  };

/** Why a call cannot be asked about, whatever is repeated; null for what another delivery may mend. */
const reasonOf = (error: unknown): string | null => {
  if (error instanceof ProblemError) return error.status >= 400 && error.status < 500 && error.status !== 429 ? error.message : null;
  return error instanceof UnknownPause ? error.message : null;
};

/** Nobody could be asked about this call, and nobody can be told from here. It goes with the answers to the others, if there are any. */
const cannotRefuse = ({ toolCallId, reason }: { toolCallId: string; reason: string }): ProblemError =>
  new ProblemError('unknown_pause', 422, `Nobody could be asked about ${toolCallId}, whose arguments do not mean one thing: ${reason}.`);

/**
 * 422, not 200: the provider keeps what it could not deliver and repeats it for days, so an update of Holdpoint within them still asks. What was
 * understood is recorded already, and a repeat finds it.
 */
export const unknownPause = (reasons: readonly string[]): ProblemError =>
  new ProblemError('unknown_pause', 422, reasons.join(' '), { errors: reasons.map(detail => ({ pointer: '', detail })) });

/** With the endpoint that is told as well, as long as it can be: an endpoint that is gone must not keep people from being asked. */
const toldTo = (directory: AskDeps['directory'], { tenant, endpointId }: HookConnection, request: ApprovalRequest): ApprovalRequest => {
  const endpoint = endpointId === null ? null : directory.endpoint(tenant, endpointId);
  return endpoint === null || endpoint.disabled || endpoint.url === null ? request : { ...request, callback: endpoint.endpointId };
};
