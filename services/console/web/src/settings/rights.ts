import type { Me, Role } from '@holdpoint/contracts';

/** What a person may do in the settings; the API says the same and has the last word. */
export type Rights = { owner: boolean; admin: boolean; senior: boolean; readsGate: boolean; readsSettings: boolean };

const holds = (me: Me, ...roles: Role[]) => me.roles.some(role => roles.includes(role));

/** Rights by role: seniors stop and grant, administrators change, owners relax, auditors read. */
export const rightsOf = (me: Me): Rights => ({
  owner: holds(me, 'owner'),
  admin: holds(me, 'owner', 'admin'),
  senior: holds(me, 'owner', 'admin', 'senior'),
  readsGate: holds(me, 'owner', 'admin', 'senior', 'auditor'),
  readsSettings: holds(me, 'owner', 'admin', 'auditor'),
});
