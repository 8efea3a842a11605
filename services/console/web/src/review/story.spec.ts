import type { HistoryEntry } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import {
  afterReviewIn,
  changedPreconditionsIn,
  conversationIn,
  holdReasonIn,
  linksIn,
  questionsIn,
  rejectReasonsIn,
  skippedIn,
} from './story.ts';

const ada = { kind: 'operator' as const, id: 'opr_ada', display: 'Ada' };
const agent = { kind: 'operator' as const, id: 'assistant' };
const entry = (type: string, minute: number, data: object): HistoryEntry => ({
  id: `${type}${minute}`,
  stream: 'approval-apr_1',
  revision: minute,
  type,
  at: `2026-11-23T12:0${minute}:00.000Z`,
  actor: 'operator:opr_ada',
  summary: '',
  data: data as HistoryEntry['data'],
});
const asked = (id: string, minute: number) =>
  entry('QuestionAsked', minute, { questionId: id, by: ada, pausesDeadline: true, private: { text: `Why ${id}?` } });
const answered = (id: string, minute: number) => entry('QuestionAnswered', minute, { questionId: id, by: agent, private: { text: 'So.' } });

describe('the story of a request', () => {
  it('pairs questions with their answers, and knows which is open', () => {
    const questions = questionsIn([asked('q1', 1), asked('q2', 2), answered('q1', 3)]);
    expect(questions.map(({ id, text, answer }) => [id, text, answer?.text ?? null])).toEqual([
      ['q1', 'Why q1?', 'So.'],
      ['q2', 'Why q2?', null],
    ]);
  });

  it('knows what a legal hold is evidence for: the last one counts', () => {
    const held = (minute: number, reason: string) => entry('LegalHoldPlaced', minute, { by: ada, private: { reason } });
    expect(holdReasonIn([])).toBeNull();
    expect(holdReasonIn([held(1, 'Case 1.'), entry('LegalHoldReleased', 2, { by: ada }), held(3, 'Case 2.')])).toBe('Case 2.');
  });

  it('puts comments, questions and answers in the order they came', () => {
    const comments = [{ by: ada, at: '2026-11-23T12:02:00.000Z', text: 'Looks odd.' }];
    const said = conversationIn({ comments, history: [asked('q1', 1), answered('q1', 3)] });
    expect(said.map(({ kind }) => kind)).toEqual(['question', 'comment', 'answer']);
  });

  it('finds what it replaces and what replaced it', () => {
    expect(linksIn([entry('ApprovalRequested', 0, {})])).toEqual({ revises: null, replacedBy: null });
    expect(linksIn([entry('ApprovalRequested', 0, { revises: 'apr_a' }), entry('ApprovalRevised', 1, { revisedBy: 'apr_b' })])).toEqual({
      revises: 'apr_a',
      replacedBy: 'apr_b',
    });
    expect(linksIn([entry('ApprovalVoided', 1, { changed: ['balance'], again: 'apr_c' })]).replacedBy).toBe('apr_c');
  });

  it('knows what changed in the world, what was skipped, and what is owed afterwards', () => {
    expect([...changedPreconditionsIn([entry('PreconditionsChanged', 1, { changed: ['balance'] })])]).toEqual(['balance']);
    expect([...skippedIn([entry('ApprovalEscalated', 1, { stepIndex: 0, skipped: [1, 2] })], 0)]).toEqual([1, 2]);
    expect([...skippedIn([entry('ApprovalEscalated', 1, { stepIndex: 0, skipped: [1, 2] })], 1)]).toEqual([]);
    expect(afterReviewIn([])).toBeNull();
    expect(afterReviewIn([entry('AfterReviewOpened', 1, { kind: 'breakGlass' })])).toEqual({ kind: 'breakGlass', done: null });
    expect(
      afterReviewIn([entry('AfterReviewOpened', 1, { kind: 'sample' }), entry('AfterReviewed', 2, { by: ada, agreed: false })]),
    ).toMatchObject({ kind: 'sample', done: { agreed: false } });
  });

  it('offers the reasons of the policy, where it has some', () => {
    expect(rejectReasonsIn([entry('GateEvaluated', 1, {})])).toBeNull();
    const settings = { rejectReasons: [{ code: 'fraud', label: 'Looks like fraud' }] };
    expect(rejectReasonsIn([entry('GateEvaluated', 1, { settings })])).toEqual([{ code: 'fraud', words: 'Looks like fraud' }]);
  });
});
