import type { Directory } from '@holdpoint/directory';
import type { Person } from '../accounts/person.ts';
import type { Looking } from './approval-detail.ts';
import type { ApprovalRecord } from './load-approval.ts';

type Settings = Pick<Directory, 'agent' | 'teamsOf' | 'onCallIn' | 'soloMode' | 'killSwitch'>;

/** Who looks at an approval, with everything the decider would want to know about this person at this instant. */
export const lookingAt = (record: ApprovalRecord, person: Person, directory: Settings, now: string): Looking => {
  const { operatorId, name, roles, tenant } = person;
  const first = record.approval[0];
  const agentId = first?.type === 'ApprovalRequested' ? first.data.agent.id : '';
  const ownerId = directory.agent(agentId)?.ownerId;
  return {
    person: {
      id: operatorId,
      display: name,
      roles,
      teams: directory.teamsOf(operatorId),
      onCall: directory.onCallIn(tenant, operatorId, now),
      ownsAgent: ownerId === operatorId,
      ...(ownerId === undefined ? {} : { agentOwnerId: ownerId }),
    },
    at: { now, solo: directory.soloMode(tenant), hold: directory.killSwitch(tenant, agentId) },
  };
};
