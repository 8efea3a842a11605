import type { RecordedEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { isStale } from './is-stale.ts';

const history = (...types: RecordedEvent['type'][]) => types.map((type, revision) => ({ type, revision }));

describe('what a message showed', () => {
  it.each<[RecordedEvent['type'][], number | null, boolean]>([
    [['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened'], 2, false],
    [
      ['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'ReviewStepOpened', 'StepApproved', 'CommentAdded', 'ApprovalClaimed'],
      2,
      false,
    ],
    [['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'ActionModified'], 2, true],
    [['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'PreconditionsChanged'], 2, true],
    [['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'ActionModified', 'GateEvaluated', 'ReviewStepOpened'], 5, false],
    [['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened'], null, true],
  ])('after %j, shown at %s, is out of date: %s', (types, shown, stale) => {
    expect(isStale(history(...types), shown)).toBe(stale);
  });
});
