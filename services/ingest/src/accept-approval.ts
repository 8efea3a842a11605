import { effectiveActionOf } from '@holdpoint/approval';
import { LIMITS, streamOf, type AcceptedReply, type ApprovalRequest, type EventData } from '@holdpoint/contracts';
import { EventErased, RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { actionHash, approvalIdOf, bindingHash, canonicalJson, sha256Hex } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import { approvalRequestedFrom, type Caller } from './approval-requested.ts';
import { askedAction, GATE_TOOL } from './effective-action.ts';
import { deadlineOf, type Deadline, type DeadlineRules } from './expires-at.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { isErased, loadUnlessErased, type Reads } from './load-unless-erased.ts';
import { largeContext, storeContext } from './store-context.ts';
import { wayBackOf, type WayBackRules } from './way-back.ts';

export type AcceptDeps = {
  eventLog: Pick<EventLog, 'append' | 'load' | 'loadRaw' | 'destroyKeys'>;
  now: () => string;
  /** A new id for each HTTP request: a repeat must meet the stream's revision and not pass as the same append. */
  newCommandId: () => string;
  deadline: DeadlineRules;
  wayBack: WayBackRules;
  publicUrl: string;
  consoleUrl: string;
};

/**
 * What came beside the body. `bodyBytes` bounds the size of everything in it; `runEndsAt` is an end of its run that another call of it named.
 * `sameCall`: a repeat need not be the same body, only the same call with the same arguments; for what is read from a provider, which says
 * more or less around a call as time goes on.
 */
export type Envelope = {
  headerKey: string | undefined;
  traceparent: string | undefined;
  bodyBytes: number;
  runEndsAt?: string;
  sameCall?: boolean;
  replaces?: Replaced;
};

/** The request whose place a new one takes: it names the new one for ever, and lends it its deadline and its large context. */
export type Replaced = { approvalId: string; key: string; deadline: Deadline; contextRef: EventData<'ApprovalRequested'>['contextRef'] };
export type Acceptance = { outcome: 'accepted' | 'replayed'; reply: AcceptedReply };

/**
 * Accepts a request: works out what exactly is asked, until when and how the answer goes back, and appends `ApprovalRequested`. It
 * returns only after the append, the one commit point. The stream's name comes from the idempotency key, so a repeat meets the
 * first request for ever: the same body is answered from it, another one is refused.
 * @throws ProblemError 4xx naming the place, 410 when the first request is erased; LogUnavailable when nothing could be recorded
 */
export const acceptApproval =
  (deps: AcceptDeps) =>
  async (request: ApprovalRequest, caller: Caller, envelope: Envelope): Promise<Acceptance> => {
    const now = deps.now();
    const { tenant } = caller;
    const { replaces, runEndsAt } = envelope;
    const approvalId = approvalIdOf(tenant, replaces?.key ?? idempotencyKeyOf(request, envelope.headerKey, caller.mode));
    checkSizes(request, envelope.bodyBytes);
    const action = askedAction(request);
    const toolName = action?.name ?? GATE_TOOL;
    // The requests of one turn take each step of this together (decision 22).
    await Promise.resolve();
    const requestHash = requestHashOf(request);
    await Promise.resolve();
    const context = largeContext(request.context, envelope.bodyBytes);
    const settled = {
      approvalId,
      caller,
      action,
      toolName,
      binding: bindingOf(request, tenant, effectiveActionOf({ toolName, private: { action, arguments: request.arguments } })),
      deadline:
        replaces?.deadline ??
        deadlineOf(runEndsAt === undefined ? request : { ...request, upstreamExpiresAt: runEndsAt }, now, deps.deadline),
      wayBack: wayBackOf(request, caller, deps.wayBack),
      requestHash,
      now,
      contextRef: context ? await storeUnlessErased(deps, approvalId, context, caller, now) : (replaces?.contextRef ?? null),
      ...(replaces !== undefined && { revises: replaces.approvalId }),
    };
    await Promise.resolve();
    const data = approvalRequestedFrom(request, settled);
    const traceparent = request.traceparent ?? envelope.traceparent;
    try {
      await deps.eventLog.append(streamOf.approval(approvalId), [{ type: 'ApprovalRequested', data }], {
        expectedRevision: 'none',
        commandId: deps.newCommandId(),
        tenant,
        actor: `agent:${caller.agentId}`,
        recordedAt: now,
        correlationId: request.runId ?? approvalId,
        ...(traceparent !== undefined && { traceparent }),
      });
      return { outcome: 'accepted', reply: replyFor(data, deps) };
    } catch (error) {
      // A process that knows that its key is destroyed does not even get as far as the conflict.
      if (!(error instanceof RevisionConflict || error instanceof EventErased)) throw error;
      const meeting = firstRequest(deps.eventLog, approvalId);
      const first = await (context === null ? meeting : meeting.catch((reason: unknown) => eraseStored(deps, approvalId, reason)));
      const same = envelope.sameCall
        ? first.binding.bindingHash === data.binding.bindingHash
        : first.requestHash === requestHash && first.agent.id === caller.agentId;
      if (!same) throw keyReused();
      return { outcome: 'replayed', reply: replyFor(first, deps) };
    }
  };

/** SHA-256 of the request in canonical form; a repeat may carry another trace. */
const requestHashOf = ({ traceparent: _trace, ...request }: ApprovalRequest): string => sha256Hex(canonicalJson(request));

const bindingOf = (request: ApprovalRequest, tenant: string, action: { name: string; args: unknown }) => {
  const hash = actionHash({ tool: action.name, args: action.args });
  const place = { threadId: request.threadId ?? null, runId: request.runId ?? null, toolCallId: request.toolCallId ?? null };
  return {
    alg: 'sha256-jcs' as const,
    actionHash: hash,
    bindingHash: bindingHash({ source: request.source, tenant, ...place, actionHash: hash }),
    approvedActionHash: null,
  };
};

const checkSizes = (request: ApprovalRequest, bodyBytes: number): void => {
  const { batch, argsSchema } = request;
  if (batch !== undefined && batch.index >= batch.size) throw tooLarge('invalid_request', 422, '/batch/index', 'is not below batch.size');
  if (argsSchema !== undefined && bodyBytes > LIMITS.argsSchemaBytesMax && jsonBytes(argsSchema) > LIMITS.argsSchemaBytesMax)
    throw tooLarge('invalid_request', 422, '/argsSchema', `is larger than ${LIMITS.argsSchemaBytesMax} bytes of JSON`);
  if (bodyBytes > LIMITS.requestBytesMax && jsonBytes({ ...request, context: undefined }) > LIMITS.requestBytesMax)
    throw tooLarge('request_too_large', 413, '', `is larger than ${LIMITS.requestBytesMax} bytes of JSON without its context`);
};

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const tooLarge = (code: string, status: number, pointer: string, detail: string): ProblemError =>
  new ProblemError(code, status, `${pointer || 'The request'} ${detail}.`, { errors: [{ pointer, detail }] });

const keyReused = (): ProblemError =>
  new ProblemError(
    'idempotency_key_reused',
    422,
    'Another request was accepted under this idempotency key. Send the same body again to read its answer, or use a new key (or a new tool call) for a new request.',
  );

type Context = NonNullable<ReturnType<typeof largeContext>>;

/** Where the request is erased, so is the context it was asked with; what stands in the open of the request says since when and why. */
const storeUnlessErased = async (
  { eventLog }: AcceptDeps,
  approvalId: string,
  ...context: [Context, Caller, string]
): ReturnType<typeof storeContext> => {
  try {
    return await storeContext(eventLog, approvalId, ...context);
  } catch (error) {
    if (error instanceof EventErased) await firstRequest(eventLog, approvalId);
    throw error;
  }
};

/** What a repeat stored before it met an erased request must not outlive it. */
const eraseStored = async ({ eventLog }: AcceptDeps, approvalId: string, error: unknown): Promise<never> => {
  if (isErased(error)) await eventLog.destroyKeys(approvalId);
  throw error;
};

const firstRequest = async (eventLog: Reads, approvalId: string): Promise<EventData<'ApprovalRequested'>> => {
  // The id is made from the organisation, so whoever got it may know of it.
  const loaded = await loadUnlessErased(eventLog, approvalId, () => true);
  const first = loaded?.events[0];
  if (first?.type !== 'ApprovalRequested') throw new Error(`approval-${approvalId} does not begin with ApprovalRequested`);
  return first.data;
};

const replyFor = (data: EventData<'ApprovalRequested'>, { publicUrl, consoleUrl }: AcceptDeps): AcceptedReply => {
  const self = `${publicUrl}/v1/approvals/${data.approvalId}`;
  return {
    id: data.approvalId,
    status: 'pending',
    links: { self, wait: `${self}/wait`, console: `${consoleUrl}/approvals/${data.approvalId}` },
    expiresAt: data.expiresAt,
    binding: data.binding,
  };
};

export type AcceptApproval = ReturnType<typeof acceptApproval>;
