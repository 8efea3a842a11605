import type { Event, RecordedEvent } from '@holdpoint/contracts';
import { change, keyOf, type Address, type DirectoryTables, type Operator } from './directory-state.ts';

/** Members, their addresses, their teams, and when they are not to be asked or disturbed. */
export const foldPerson = (tables: DirectoryTables, event: RecordedEvent): void => {
  switch (event.type) {
    case 'MemberJoined': {
      const { operatorId, organizationId, private: person } = event.data;
      tables.operators.set(operatorId, { operatorId, tenant: organizationId, ...person, roles: [], addresses: [] });
      return;
    }
    case 'MemberRemoved':
      return removeMember(tables, event.data.operatorId);
    case 'RoleGranted':
    case 'RoleRevoked':
    case 'ChannelAddressAdded':
    case 'ChannelAddressVerified':
    case 'ChannelAddressUsed':
    case 'ChannelAddressDisabled':
      return change(tables.operators, event.data.operatorId, person => changedPerson(person, event));
    case 'QuietHoursSet': {
      const { operatorId, quietHours } = event.data;
      if (quietHours === null) tables.quietHours.delete(operatorId);
      else tables.quietHours.set(operatorId, { operatorId, tenant: event.metadata.tenant, quietHours });
      return;
    }
    case 'AbsenceDeclared': {
      const { at: _declaredAt, ...absence } = event.data;
      tables.absences.set(absence.absenceId, { ...absence, tenant: event.metadata.tenant });
      return;
    }
    case 'AbsenceEnded':
      return void tables.absences.delete(event.data.absenceId);
    case 'InboxViewSaved': {
      const { operatorId, viewId, private: saved } = event.data;
      tables.inboxViews.set(viewId, { viewId, operatorId, tenant: event.metadata.tenant, ...saved });
      return;
    }
    case 'InboxViewRemoved':
      return void tables.inboxViews.delete(event.data.viewId);
    default:
      foldTeam(tables, event);
  }
};

type AboutPerson = Event<
  'RoleGranted' | 'RoleRevoked' | 'ChannelAddressAdded' | 'ChannelAddressVerified' | 'ChannelAddressUsed' | 'ChannelAddressDisabled'
>;

const changedPerson = (person: Operator, event: AboutPerson): Operator => {
  switch (event.type) {
    case 'RoleGranted':
      return { ...person, roles: [...new Set([...person.roles, event.data.role])] };
    case 'RoleRevoked':
      return { ...person, roles: person.roles.filter(role => role !== event.data.role) };
    case 'ChannelAddressAdded':
      return { ...person, addresses: [...others(person, event.data.addressId), newAddress(event)] };
    case 'ChannelAddressVerified': {
      const { addressId, at } = event.data;
      return { ...person, addresses: changedAddress(person, addressId, { verified: true, verifiedAt: at }) };
    }
    case 'ChannelAddressUsed': {
      const { addressId, at } = event.data;
      return { ...person, addresses: changedAddress(person, addressId, { usedAt: at }) };
    }
    case 'ChannelAddressDisabled':
      return { ...person, addresses: others(person, event.data.addressId) };
  }
};

const changedAddress = (person: Operator, addressId: string, to: Partial<Address>): Address[] =>
  person.addresses.map(address => (address.addressId === addressId ? { ...address, ...to } : address));

const others = (person: Operator, addressId: string): Address[] => person.addresses.filter(address => address.addressId !== addressId);

const newAddress = ({ data }: Event<'ChannelAddressAdded'>): Address => ({
  addressId: data.addressId,
  channel: data.channel,
  address: data.private.address,
  route: data.private.route ?? null,
  verified: false,
  verifiedAt: null,
  usedAt: null,
});

const foldTeam = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'TeamCreated':
      tables.teams.set(keyOf(tenant, event.data.teamId), { teamId: event.data.teamId, tenant, name: event.data.name, members: [] });
      return;
    case 'TeamMemberAdded': {
      const { teamId, operatorId } = event.data;
      return change(tables.teams, keyOf(tenant, teamId), team => ({ ...team, members: [...new Set([...team.members, operatorId])] }));
    }
    case 'TeamMemberRemoved': {
      const { teamId, operatorId } = event.data;
      return change(tables.teams, keyOf(tenant, teamId), team => ({ ...team, members: team.members.filter(id => id !== operatorId) }));
    }
    case 'TeamRemoved':
      tables.teams.delete(keyOf(tenant, event.data.teamId));
  }
};

/** Nothing of a person stays behind: whoever joins again begins anew. */
const removeMember = (tables: DirectoryTables, operatorId: string): void => {
  tables.operators.delete(operatorId);
  tables.quietHours.delete(operatorId);
  for (const [key, team] of tables.teams)
    if (team.members.includes(operatorId)) tables.teams.set(key, { ...team, members: team.members.filter(id => id !== operatorId) });
  for (const [key, absence] of tables.absences) if (absence.operatorId === operatorId) tables.absences.delete(key);
  for (const [key, view] of tables.inboxViews) if (view.operatorId === operatorId) tables.inboxViews.delete(key);
};
