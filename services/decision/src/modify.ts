import { Refused } from '@holdpoint/approval';
import type { Verb } from './verbs.ts';
import { provenOf, voteOf } from './vote.ts';

/** "Yes, but like this." The edited action is hashed here and goes through the gate again. */
export const modify: Verb = said => {
  const { body, evaluateEdit, hashOf, people, rotation, awake, hold, ceiling, observed } = said;
  if (body.action === undefined) throw new Refused('invalid_action', 'Send the edited call as `action` {name, args}.');
  return {
    type: 'Modify',
    ...voteOf(said),
    people,
    rotation,
    awake,
    hold,
    ceiling,
    observed,
    action: body.action,
    actionHash: hashOf(body.action),
    evaluation: evaluateEdit(body.action),
    ...provenOf(said),
  };
};
