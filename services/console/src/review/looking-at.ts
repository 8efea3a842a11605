import type { Directory } from '@holdpoint/directory';
import type { Person } from '../accounts/person.ts';
import type { Looking } from './approval-detail.ts';
import type { ApprovalRecord } from './load-approval.ts';

type Settings = Pick<Directory, 'agent' | 'teamsOf' | 'onCallIn' | 'soloMode' | 'killSwitch' | 'list'>;

/** Who looks at an approval, with everything the decider would want to know about this person at this instant. */
export const lookingAt = (record: ApprovalRecord, person: Person, directory: Settings, now: string): Looking => {
  const { operatorId, name, roles, tenant } = person;
  const first = record.approval[0];
  const agentId = first?.type === 'ApprovalRequested' ? first.data.agent.id : '';
  const ownerId = directory.agent(agentId)?.ownerId;
  const seen = (id: string, display: string, held: Person['roles']) => ({
    id,
    display,
    roles: held,
    teams: directory.teamsOf(id),
    onCall: directory.onCallIn(tenant, id, now),
    ownsAgent: ownerId === id,
    ...(ownerId === undefined ? {} : { agentOwnerId: ownerId }),
  });
  return {
    person: seen(operatorId, name, roles),
    people: () => directory.list('operators', tenant).map(other => seen(other.operatorId, other.name, other.roles)),
    at: { now, solo: directory.soloMode(tenant), hold: directory.killSwitch(tenant, agentId) },
  };
};
