import { decide, decisionOfState, Refused, statusOf, type ApprovalCommand, type KnownApproval, type Person } from '@holdpoint/approval';
import type { Action, ApprovalEvent, CommandReply, DecisionCommand, DecisionVerb, RefusalCode } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { evaluateUnder, type GateContext } from '@holdpoint/gate';
import { actionHash, eventIdOf, signDecisions, type ReceiptSigner } from '@holdpoint/sealing';
import type { Known } from './known-approval.ts';
import { VERBS } from './verbs.ts';
import { TookTooLong, withinMs } from './within-ms.ts';

export type AnswerDeps = {
  directory: Pick<Directory, 'operator' | 'agent' | 'activePolicy'>;
  signer: Pick<ReceiptSigner, 'sign'>;
  now: () => string;
};

/** Events to append to what was decided on. */
export type Decided = { events: ApprovalEvent[]; before: Known; now: string };
/** Nothing to append: it was carried out before, or it is refused. `refusal` is what may go on record. */
export type Answered = { reply: CommandReply; refusal?: { by: Person; before: Known; code: RefusalCode; detail: string; now: string } };

/**
 * Longest check of an edit, milliseconds of the clock: the schema it is checked against is the agent's. An ordinary one takes a few; the rest
 * is for a busy machine.
 */
const EDIT_CHECK_MS_MAX = 500;

/** What a command means for an approval as it is known. Reads the directory and the clock, appends nothing. */
export const answerTo = (deps: AnswerDeps, verb: DecisionVerb, command: DecisionCommand, known: Known | null): Decided | Answered => {
  if (known === null || known.state.status === 'none' || known.tenant !== command.tenant)
    return { reply: { outcome: 'refused', code: 'not_found', detail: 'There is no such approval.' } };
  if (known.ids.includes(eventIdOf(command.commandId, 0))) return { reply: doneWith(known) };
  const by = personBehind(deps.directory, command, known.state);
  if (by === null) return { reply: { outcome: 'refused', code: 'not_eligible', detail: 'You are not a member of this organisation.' } };
  const now = deps.now();
  try {
    const events = eventsOf(deps, verb, command, { by, state: known.state, now });
    assertSeen(command.body.expectedRevision, known);
    return events.length === 0 ? { reply: doneWith(known) } : { events, before: known, now };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { reply: refusalReply(error), refusal: { by, before: known, code: error.code, detail: error.detail, now } };
  }
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

type Saying = { by: Person; state: KnownApproval; now: string };

const eventsOf = (deps: AnswerDeps, verb: DecisionVerb, command: DecisionCommand, saying: Saying): ApprovalEvent[] => {
  const { directory, signer } = deps;
  const { tenant, channel, body } = command;
  const { requested } = saying.state;
  const asked = VERBS[verb]({
    ...saying,
    channel,
    body,
    hashOf: (action: Action) => actionHash({ tool: action.name, args: action.args }),
    evaluateEdit: action => evaluateUnder(directory.activePolicy(tenant), { requested, action, edited: true }, editedAt(saying.now)),
  });
  return signDecisions(asked.type === 'Modify' ? decideOnEdit(asked, saying.state) : decide(asked, saying.state), tenant, signer);
};

/** An edit is never sampled nor let through by a grant: a person's vote counts for it. */
const editedAt = (now: string): GateContext => ({
  now,
  random: 1,
  workingHours: null,
  killSwitch: null,
  returnedBands: [],
  escalation: () => null,
});

const decideOnEdit = (asked: ApprovalCommand, state: KnownApproval): ApprovalEvent[] => {
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

const personBehind = (directory: AnswerDeps['directory'], command: DecisionCommand, { requested }: KnownApproval): Person | null => {
  const operator = directory.operator(command.operatorId);
  if (operator === null || operator.tenant !== command.tenant) return null;
  const ownsAgent = directory.agent(requested.agent.id)?.ownerId === operator.operatorId;
  return { id: operator.operatorId, display: operator.name, roles: operator.roles, ownsAgent };
};

const refusalReply = ({ code, detail, by, at }: Refused): CommandReply => ({
  outcome: 'refused',
  code,
  detail,
  ...(by === undefined ? {} : { by }),
  ...(at === undefined ? {} : { at }),
});
