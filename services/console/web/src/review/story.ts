import type { ApprovalDetail, DecidedBy, HistoryEntry } from '@holdpoint/contracts';

/** A question to the agent; `answer` is null while the agent owes it. */
export type Question = { id: string; by: DecidedBy; at: string; text: string; stopsClock: boolean; answer: Answer | null };
type Answer = { by: DecidedBy; at: string; text: string };

/** What people and the agent said to each other, in order. */
export type Remark = { kind: 'comment' | 'question' | 'answer'; by: DecidedBy; at: string; text: string };

type Members = Record<string, unknown>;
const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});
const textIn = (entry: HistoryEntry): string => String(membersOf(entry.data['private'])['text'] ?? '');
const byOf = (entry: HistoryEntry): DecidedBy => entry.data['by'] as unknown as DecidedBy;
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** The questions of a request, oldest first, each with its answer. */
export const questionsIn = (history: readonly HistoryEntry[]): Question[] => {
  const questions = new Map<string, Question>();
  for (const entry of history) {
    const id = String(entry.data['questionId']);
    if (entry.type === 'QuestionAsked')
      questions.set(id, {
        id,
        by: byOf(entry),
        at: entry.at,
        text: textIn(entry),
        stopsClock: entry.data['pausesDeadline'] === true,
        answer: null,
      });
    const asked = questions.get(id);
    if (entry.type === 'QuestionAnswered' && asked)
      questions.set(id, { ...asked, answer: { by: byOf(entry), at: entry.at, text: textIn(entry) } });
  }
  return [...questions.values()];
};

/** Comments, questions and answers in the order they came. */
export const conversationIn = ({ comments, history }: Pick<ApprovalDetail, 'comments' | 'history'>): Remark[] => {
  const said = questionsIn(history).flatMap((question): Remark[] => [
    { kind: 'question', by: question.by, at: question.at, text: question.text },
    ...(question.answer === null ? [] : [{ kind: 'answer' as const, ...question.answer }]),
  ]);
  return [...comments.map((comment): Remark => ({ kind: 'comment', ...comment })), ...said].sort((a, b) => a.at.localeCompare(b.at));
};

const last = (history: readonly HistoryEntry[], type: string) => history.findLast(entry => entry.type === type)?.data;

/** Requests this one is tied to: the one whose place it takes, the one that takes its place. */
export const linksIn = (history: readonly HistoryEntry[]): { revises: string | null; replacedBy: string | null } => {
  const id = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    revises: id(last(history, 'ApprovalRequested')?.['revises']),
    replacedBy: id(last(history, 'ApprovalRevised')?.['revisedBy']) ?? id(last(history, 'ApprovalVoided')?.['again']),
  };
};

/** Names of preconditions that were found to hold no longer. */
export const changedPreconditionsIn = (history: readonly HistoryEntry[]): ReadonlySet<string> =>
  new Set(
    history.flatMap(entry => (entry.type === 'PreconditionsChanged' || entry.type === 'ApprovalVoided' ? list(entry.data['changed']) : [])),
  );

/** The look afterwards, where one is owed or was taken. */
export type AfterReview = { kind: 'sample' | 'breakGlass'; done: { by: DecidedBy; at: string; agreed: boolean } | null };
export const afterReviewIn = (history: readonly HistoryEntry[]): AfterReview | null => {
  const opened = last(history, 'AfterReviewOpened');
  if (opened === undefined) return null;
  const done = history.findLast(entry => entry.type === 'AfterReviewed');
  return {
    kind: opened['kind'] === 'breakGlass' ? 'breakGlass' : 'sample',
    done: done === undefined ? null : { by: byOf(done), at: done.at, agreed: done.data['agreed'] === true },
  };
};

/** Reasons the policy presets for a rejection, as they were when the gate spoke; null where it presets none. */
export const rejectReasonsIn = (history: readonly HistoryEntry[]): { code: string; words: string }[] | null => {
  const preset = membersOf(last(history, 'GateEvaluated')?.['settings'])['rejectReasons'];
  if (!Array.isArray(preset) || preset.length === 0) return null;
  return preset.map(reason => ({ code: String(membersOf(reason)['code']), words: String(membersOf(reason)['label']) }));
};

/** Rungs of a step that were passed over because nobody stood on them. */
export const skippedIn = (history: readonly HistoryEntry[], stepIndex: number): ReadonlySet<number> =>
  new Set(
    history.flatMap(entry =>
      entry.type === 'ApprovalEscalated' && entry.data['stepIndex'] === stepIndex ? list(entry.data['skipped']).map(Number) : [],
    ),
  );

/** What somebody wrote when placing the legal hold that was placed last; null where that is not known. */
export const holdReasonIn = (history: readonly HistoryEntry[]): string | null => {
  const reason = membersOf(last(history, 'LegalHoldPlaced')?.['private'])['reason'];
  return typeof reason === 'string' && reason !== '' ? reason : null;
};
