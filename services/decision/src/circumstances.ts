import type { KnownApproval, Person } from '@holdpoint/approval';
import { ceilingOf } from '@holdpoint/contracts';
import type { Directory, Rotations } from '@holdpoint/directory';
import { evaluateUnder, isAwake, type GateContext } from '@holdpoint/gate';
import { actionHash } from '@holdpoint/sealing';
import type { Said } from './verbs.ts';

/** What the directory is asked when somebody decides. */
export type Settings = Pick<
  Directory,
  | 'operator'
  | 'agent'
  | 'teamsOf'
  | 'onCallIn'
  | 'asked'
  | 'quietHours'
  | 'soloMode'
  | 'killSwitch'
  | 'activePolicy'
  | 'workingHours'
  | 'escalationPolicy'
  | 'returnedBands'
  | 'channelPolicy'
>;

/** A member of the organisation with all that decides whether the vote is taken; null for anybody else. */
export const memberOf = (
  directory: Settings,
  tenant: string,
  operatorId: string,
  { requested }: KnownApproval,
  now: string,
): Person | null => {
  const operator = directory.operator(operatorId);
  if (operator === null || operator.tenant !== tenant) return null;
  const ownerId = directory.agent(requested.agent.id)?.ownerId;
  return {
    id: operator.operatorId,
    display: operator.name,
    roles: operator.roles,
    teams: directory.teamsOf(operatorId),
    onCall: directory.onCallIn(tenant, operatorId, now),
    ownsAgent: ownerId === operator.operatorId,
    ...(ownerId === undefined ? {} : { agentOwnerId: ownerId }),
  };
};

type Circumstances = Pick<Said, 'people' | 'rotation' | 'awake' | 'solo' | 'hold' | 'ceiling' | 'hashOf' | 'evaluateEdit' | 'member'>;

/** What the organisation says at the instant of a decision, besides who decides. */
export const circumstancesOf = (
  { directory, rotations }: { directory: Settings; rotations: Pick<Rotations, 'of'> },
  tenant: string,
  state: KnownApproval,
  now: string,
  channel: Said['channel'],
): Circumstances => {
  const { requested } = state;
  const hold = directory.killSwitch(tenant, requested.agent.id);
  return {
    people: (approvers, seniorOnly) => directory.asked(tenant, approvers, now, seniorOnly),
    rotation: rotations.of(tenant),
    awake: id => isAwake(directory.quietHours(id), now),
    solo: directory.soloMode(tenant),
    hold,
    ceiling: ceilingOf(directory.channelPolicy(tenant), channel),
    hashOf: action => actionHash({ tool: action.name, args: action.args }),
    evaluateEdit: action =>
      evaluateUnder(directory.activePolicy(tenant), { requested, action, edited: true }, contextOf(directory, tenant, state, now)),
    member: operatorId => memberOf(directory, tenant, operatorId, state, now),
  };
};

/**
 * What the gate is told about an edit. It is never sampled nor let through by a grant: a person's vote counts for it. History is what it was when
 * the request came; of another policy version nothing is known, and a rule that needs it leaves it to people.
 */
const contextOf = (directory: Settings, tenant: string, state: KnownApproval, now: string): GateContext => {
  const gate = state.status === 'closed' ? null : state.gate;
  const active = directory.activePolicy(tenant);
  const same = gate !== null && active !== null && gate.policy.id === active.document.id && gate.policy.version === active.version;
  return {
    now,
    random: 1,
    history: (_fact, name) => (same ? (gate.history?.[name] ?? null) : null),
    workingHours: directory.workingHours(tenant),
    killSwitch: directory.killSwitch(tenant, state.requested.agent.id),
    returnedBands: directory.returnedBands(tenant),
    escalation: id => directory.escalationPolicy(tenant, id),
  };
};
