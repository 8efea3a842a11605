import { decide, decisionOfState, Refused, statusOf, type ApprovalCommand, type Observed, type Person } from '@holdpoint/approval';
import type { ApprovalEvent, CommandReply, DecisionCommand, DecisionVerb, RefusalCode } from '@holdpoint/contracts';
import type { Rotations } from '@holdpoint/directory';
import { eventIdOf, signDecisions, type ReceiptSigner } from '@holdpoint/sealing';
import { circumstancesOf, memberOf, type Settings } from './circumstances.ts';
import type { Known } from './known-approval.ts';
import { VERBS, type Said } from './verbs.ts';
import { TookTooLong, withinMs } from './within-ms.ts';

export type AnswerDeps = {
  directory: Settings;
  rotations: Rotations;
  signer: Pick<ReceiptSigner, 'sign'>;
  now: () => string;
};

/** Events to append to what was decided on, under the id of the command; `refusal`: they are why the person is refused. */
export type Decided = { events: ApprovalEvent[]; before: Known; now: string; commandId: string; refusal?: CommandReply };
/** Nothing to append: it was carried out before, or it is refused. `refusal` is what may go on record. */
export type Answered = { reply: CommandReply; refusal?: { by: Person; before: Known; code: RefusalCode; detail: string; now: string } };

/**
 * Longest check of an edit, milliseconds of the clock: the schema it is checked against is the agent's. An ordinary one takes a few; the rest
 * is for a busy machine.
 */
const EDIT_CHECK_MS_MAX = 500;

/** A click that found the world changed leaves its trace under an id of its own: sent again it is refused again, and not carried out. */
const worldChangedId = (commandId: string): string => `${commandId}:world`;

/**
 * What a command means for an approval as it is known. Reads the directory and the clock, appends nothing.
 * @param observed preconditions as they hold now, where they could be looked up
 */
export const answerTo = (
  deps: AnswerDeps,
  verb: DecisionVerb,
  command: DecisionCommand,
  known: Known | null,
  observed: readonly Observed[] = [],
): Decided | Answered => {
  if (known === null || known.state.status === 'none' || known.tenant !== command.tenant)
    return { reply: { outcome: 'refused', code: 'not_found', detail: 'There is no such approval.' } };
  const { commandId, tenant, channel, body, stepUp } = command;
  if (known.ids.includes(eventIdOf(commandId, 0))) return { reply: doneWith(known) };
  if (known.ids.includes(eventIdOf(worldChangedId(commandId), 0))) return { reply: WORLD_CHANGED };
  const now = deps.now();
  const { state } = known;
  const by = memberOf(deps.directory, tenant, command.operatorId, state, now);
  if (by === null) return { reply: { outcome: 'refused', code: 'not_eligible', detail: 'You are not a member of this organisation.' } };
  try {
    const proven = stepUp === undefined ? {} : { stepUp };
    const said: Said = {
      by,
      channel,
      body,
      commandId,
      state,
      now,
      observed,
      ...proven,
      ...circumstancesOf(deps, tenant, state, now, channel),
    };
    const events = signDecisions(eventsOf(verb, said), tenant, deps.signer);
    assertSeen(body.expectedRevision, known);
    if (events.length === 0) return { reply: doneWith(known) };
    if (events[0]?.type !== 'PreconditionsChanged') return { events, before: known, now, commandId };
    return { events, before: known, now, commandId: worldChangedId(commandId), refusal: WORLD_CHANGED };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { reply: refusalReply(error), refusal: { by, before: known, code: error.code, detail: error.detail, now } };
  }
};

const WORLD_CHANGED: CommandReply = {
  outcome: 'refused',
  code: 'preconditions_changed',
  detail:
    'What the request takes for granted has changed since it was shown. All votes fell away; look at what holds now and decide again.',
};

/** `done`, with the state after it. */
export const doneWith = ({ state, revision }: Known): CommandReply => {
  if (state.status === 'none') throw new TypeError('nothing was done to an approval that does not exist');
  const { approvalId } = state.requested;
  const decided = decisionOfState(state);
  if (decided === null) return { outcome: 'done', approvalId, revision, status: statusOf(state), decision: null };
  const { receipt: _receipt, ...decision } = decided;
  return { outcome: 'done', approvalId, revision, status: statusOf(state), decision };
};

const eventsOf = (verb: DecisionVerb, said: Said): ApprovalEvent[] => {
  const asked = VERBS[verb](said);
  return asked.type === 'Modify' ? decideOnEdit(asked, said.state) : decide(asked, said.state);
};

const decideOnEdit = (asked: ApprovalCommand, state: Said['state']): ApprovalEvent[] => {
  try {
    return withinMs(EDIT_CHECK_MS_MAX, () => decide(asked, state));
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    throw new Refused('invalid_action', `argsSchema cannot be used: checking the edit against it took longer than ${error.ms} ms.`);
  }
};

/** What a person decides on must be what that person saw: nothing that matters came after the revision looked at. */
const assertSeen = (seen: number | undefined, { changedAt, revision }: Known): void => {
  if (seen === undefined || (seen >= changedAt && seen <= revision)) return;
  throw new Refused('revision_conflict', `It has changed since you looked at it (revision ${revision}, you saw ${seen}); look again.`);
};

/** A refusal as an answer. */
export const refusalReply = ({ code, detail, by, at }: Refused): CommandReply => ({
  outcome: 'refused',
  code,
  detail,
  ...(by === undefined ? {} : { by }),
  ...(at === undefined ? {} : { at }),
});
