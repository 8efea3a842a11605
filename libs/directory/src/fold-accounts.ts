import type { RecordedEvent } from '@holdpoint/contracts';
import { change, type DirectoryTables } from './directory-state.ts';

/** Who may join, and how an organisation lets people sign in. */
export const foldAccount = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'MemberInvited': {
      const { organizationId, at: invitedAt, private: person, ...invitation } = event.data;
      tables.invitations.set(invitation.operatorId, { ...invitation, ...person, tenant: organizationId, invitedAt });
      return;
    }
    case 'InvitationWithdrawn':
    case 'MemberJoined':
      return void tables.invitations.delete(event.data.operatorId);
    case 'EmailChangeRequested': {
      const { operatorId, hash, expiresAt, private: wanted } = event.data;
      return void tables.emailChanges.set(operatorId, { operatorId, tenant, hash, expiresAt, ...wanted });
    }
    case 'EmailChanged':
      change(tables.operators, event.data.operatorId, operator => ({ ...operator, email: event.data.private.email }));
      return void tables.emailChanges.delete(event.data.operatorId);
    case 'MemberRemoved':
      return void tables.emailChanges.delete(event.data.operatorId);
    case 'SignInPolicySet':
      return void tables.signInPolicies.set(tenant, { tenant, policy: event.data.policy });
    case 'SingleSignOnSet': {
      const { issuer, clientId, domains, private: secrets } = event.data;
      return void tables.singleSignOns.set(tenant, { tenant, issuer, clientId, domains, ...secrets });
    }
    case 'SingleSignOnRemoved':
      return void tables.singleSignOns.delete(tenant);
  }
};
