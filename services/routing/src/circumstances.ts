import type { AskedPeople, Hold } from '@holdpoint/approval';
import type { Deps } from './deps.ts';

/** What the organisation says at an instant: who is asked, whether the requester may decide, and whether a kill switch is engaged. */
export const circumstancesAt = (
  { directory }: Pick<Deps, 'directory'>,
  tenant: string,
  agentId: string,
  now: string,
): { people: AskedPeople; solo: boolean; hold: Hold | null } => ({
  people: approvers => directory.asked(tenant, approvers, now),
  solo: directory.soloMode(tenant),
  hold: directory.killSwitch(tenant, agentId),
});
