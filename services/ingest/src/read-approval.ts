import { decisionOfState, evolve, initial, statusOf, type KnownApproval } from '@holdpoint/approval';
import { approvalId, streamOf, type ApprovalEvent, type ApprovalReply, type CallbackEvent } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';
import { deliveryStateOf } from './delivery-state.ts';
import { loadUnlessErased, type Reads } from './load-unless-erased.ts';

export type Loaded = { state: KnownApproval; revision: number; events: readonly ApprovalEvent[] };

/**
 * An approval as its stream has it, if it is the caller's to see: its own organisation's, and asked with a key of the same mode.
 * @throws ProblemError 404 `not_found`, the same for what is not there and for what is another's; 410 `erased`
 */
export const loadApproval = async (eventLog: Reads, id: string, caller: Caller): Promise<Loaded> => {
  if (!approvalId.safeParse(id).success) throw notFound();
  const loaded = await loadUnlessErased(
    eventLog,
    id,
    ({ type, data, metadata }) =>
      type === 'ApprovalRequested' &&
      metadata.tenant === caller.tenant &&
      ((data as { test?: boolean }).test === true) === (caller.mode === 'test'),
  );
  if (loaded === null) throw notFound();
  const { events, revision } = loaded;
  const state = (events as ApprovalEvent[]).reduce(evolve, initial);
  if (state.status === 'none') throw notFound();
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

/** What is read of an approval: what its agent is told, and whether the rules have spoken. */
export type ReadWithVerdict = (id: string, caller: Caller) => Promise<{ approval: ApprovalReply; judged: boolean }>;

/** Reads an approval and its deliveries from the log. @throws ProblemError 404; LogUnavailable */
export const readWithVerdict =
  (eventLog: Reads): ReadWithVerdict =>
  async (id, caller) => {
    const { state, events } = await loadApproval(eventLog, id, caller);
    return { approval: await approvalReplyOf(eventLog, state, events), judged: state.status !== 'gating' };
  };

export type ReadApproval = (id: string, caller: Caller) => Promise<ApprovalReply>;

/** The same, for whoever only answers with it. */
export const readApproval =
  (read: ReadWithVerdict): ReadApproval =>
  async (id, caller) =>
    (await read(id, caller)).approval;

const notFound = (): ProblemError => new ProblemError('not_found', 404, 'There is no such approval, or it is not yours to see.');
