import { decisionOfState, evolve, initial, statusOf, type KnownApproval } from '@holdpoint/approval';
import { approvalId, streamOf, type ApprovalEvent, type ApprovalReply, type CallbackEvent } from '@holdpoint/contracts';
import { EventErased, type EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';
import { deliveryStateOf } from './delivery-state.ts';

type Reads = Pick<EventLog, 'load' | 'loadRaw'>;
export type Loaded = { state: KnownApproval; revision: number; events: readonly ApprovalEvent[] };

/**
 * An approval as its stream has it, if it is the caller's to see: its own organisation's, and asked with a key of the same mode.
 * @throws ProblemError 404 `not_found`, the same for what is not there and for what is another's; 410 `erased`
 */
export const loadApproval = async (eventLog: Reads, id: string, caller: Caller): Promise<Loaded> => {
  if (!approvalId.safeParse(id).success) throw notFound();
  const { events, revision } = await loadUnlessErased(eventLog, id, caller);
  const [first] = events;
  if (first?.type !== 'ApprovalRequested' || first.metadata.tenant !== caller.tenant) throw notFound();
  if ((first.data.test === true) !== (caller.mode === 'test')) throw notFound();
  const state = (events as ApprovalEvent[]).reduce(evolve, initial);
  if (state.status === 'none') throw notFound();
  if (state.status === 'closed' && state.erasure !== null) throw erased(state.erasure.at);
  return { state, revision, events: events as ApprovalEvent[] };
};

/** What `GET /v1/approvals/{id}` answers. Reads the deliveries only when there is one to report. */
export const approvalReplyOf = async (
  eventLog: Reads,
  state: KnownApproval,
  events: readonly ApprovalEvent[] = [],
): Promise<ApprovalReply> => {
  const { requested } = state;
  const { delivery } = requested;
  const delivers = delivery.callback || (delivery.resume.mode !== 'none' && delivery.resume.mode !== 'callback');
  const deliveries = state.status === 'closed' && delivers ? (await eventLog.load(streamOf.callback(requested.approvalId))).events : [];
  return {
    id: requested.approvalId,
    status: statusOf(state),
    requestedAt: requested.requestedAt,
    expiresAt: state.expiresAt,
    binding: state.status === 'closed' ? state.end.decision.binding : requested.binding,
    decision: decisionOfState(state),
    consumedAt: state.status === 'closed' ? (state.consumed?.at ?? null) : null,
    ...whatBefell(state, events),
    delivery: deliveryStateOf(delivery, deliveries as CallbackEvent[]),
  };
};

/** Questions the agent owes an answer to, what took the request's place, and why nobody can answer in time; nothing for most requests. */
const whatBefell = (
  state: KnownApproval,
  events: readonly ApprovalEvent[],
): Pick<ApprovalReply, 'questions' | 'replacedBy' | 'unreachable'> => {
  const befell: Pick<ApprovalReply, 'questions' | 'replacedBy' | 'unreachable'> = {};
  const questions = new Map<string, NonNullable<ApprovalReply['questions']>[number]>();
  for (const { type, data } of events)
    if (type === 'QuestionAsked') questions.set(data.questionId, { id: data.questionId, text: data.private.text, askedAt: data.at });
    else if (type === 'QuestionAnswered') questions.delete(data.questionId);
    else if (type === 'ApprovalRevised') befell.replacedBy = data.revisedBy;
    else if (type === 'ApprovalVoided' && data.again !== null) befell.replacedBy = data.again;
    else if (type === 'GateEvaluated' && data.reachable?.ok === false && state.status !== 'closed')
      befell.unreachable = data.reachable.reason;
  if (questions.size > 0 && state.status !== 'closed') befell.questions = [...questions.values()];
  return befell;
};

export type ReadApproval = (id: string, caller: Caller) => Promise<ApprovalReply>;

/** Reads an approval and its deliveries from the log. @throws ProblemError 404; LogUnavailable */
export const readApproval =
  (eventLog: Reads): ReadApproval =>
  async (id, caller) => {
    const { state, events } = await loadApproval(eventLog, id, caller);
    return approvalReplyOf(eventLog, state, events);
  };

/** What is erased cannot be opened; whose it was stands beside what was sealed. */
const loadUnlessErased = async (eventLog: Reads, id: string, caller: Caller): Promise<Awaited<ReturnType<Reads['load']>>> => {
  const stream = streamOf.approval(id);
  try {
    return await eventLog.load(stream);
  } catch (error) {
    if (!(error instanceof EventErased)) throw error;
    const { events } = await eventLog.loadRaw(stream);
    const asked = events[0]?.data as { test?: unknown } | undefined;
    if (events[0]?.metadata.tenant !== caller.tenant || (asked?.test === true) !== (caller.mode === 'test')) throw notFound();
    throw erased(events.find(({ type }) => type === 'ErasureOrdered')?.metadata.recordedAt);
  }
};

/** @param at when it was ordered, as far as that is known */
export const erased = (at?: string): ProblemError =>
  new ProblemError(
    'erased',
    410,
    `What this request said was erased${at === undefined ? '' : ` at ${at}`}. Its decision can no longer be read or spent; ask again under a new idempotency key if it is still needed.`,
  );

const notFound = (): ProblemError => new ProblemError('not_found', 404, 'There is no such approval, or it is not yours to see.');
