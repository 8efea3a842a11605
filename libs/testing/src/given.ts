import assert from 'node:assert/strict';
import { decide, evolve, initial, Refused, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import type { ApprovalEvent, RefusalCode } from '@holdpoint/contracts';

type Expected = ApprovalEvent['type'] | { type: ApprovalEvent['type']; data?: object };

/**
 * A sentence about the approval decider: `given(requested, gated).when(approve).thenEvents('StepApproved', 'ApprovalGranted')`.
 * The decider must also take its own events: each `then` folds them and hands the new state on.
 */
export const given = (...events: readonly ApprovalEvent[]) => {
  const state = events.reduce(evolve, initial);
  return { state, when: (command: ApprovalCommand) => outcomeOf(command, state) };
};

/** Events that past commands led to: `givenAfter(request, gate, claim)` reads better than their events. */
export const givenAfter = (...commands: readonly ApprovalCommand[]) => {
  const events: ApprovalEvent[] = [];
  for (const command of commands) events.push(...decide(command, events.reduce(evolve, initial)));
  return { ...given(...events), events };
};

const outcomeOf = (command: ApprovalCommand, state: ApprovalState) => {
  const outcome = attempt(command, state);
  const decided = (): ApprovalEvent[] => {
    if (outcome instanceof Refused) assert.fail(`expected events, but it was refused: ${outcome.message}`);
    return outcome;
  };
  return {
    /** Exactly these events, in order. A type alone, or a type with the members of `data` that matter. */
    thenEvents: (...expected: readonly Expected[]) => {
      const events = decided();
      assert.deepEqual(
        events.map(event => event.type),
        expected.map(event => (typeof event === 'string' ? event : event.type)),
      );
      expected.forEach((event, index) => {
        if (typeof event !== 'string' && event.data !== undefined) assert.partialDeepStrictEqual(events[index]?.data, event.data);
      });
      return { events, state: events.reduce(evolve, state) };
    },
    /** Nothing to do: no event and no refusal. */
    thenNothing: () => assert.deepEqual(decided(), []),
    /** Refused with this code; `says` is part of the detail a person reads. */
    thenRefused: (code: RefusalCode, says?: string | RegExp) => {
      assert.ok(outcome instanceof Refused, `expected a refusal, but these events came: ${JSON.stringify(outcome)}`);
      assert.equal(outcome.code, code);
      if (typeof says === 'string') assert.ok(outcome.detail.includes(says), `"${outcome.detail}" does not say "${says}"`);
      if (says instanceof RegExp) assert.match(outcome.detail, says);
      return outcome;
    },
  };
};

const attempt = (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] | Refused => {
  try {
    return decide(command, state);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
};
