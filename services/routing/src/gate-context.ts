import type { AskedPeople, Hold, Rotation } from '@holdpoint/approval';
import type { Action, EventData } from '@holdpoint/contracts';
import { isAwake, type GateContext, type Proposal } from '@holdpoint/gate';
import type { Deps } from './deps.ts';
import type { HistoryLookup } from './history-index.ts';

/** A request that waits for the gate, and the instant the gate speaks. */
export type Gated = {
  requested: Proposal['requested'] & Pick<EventData<'ApprovalRequested'>, 'approvalId' | 'requestedAt' | 'deadlineBy' | 'test'>;
  action: Action;
  tenant: string;
  now: string;
};

export const proposalOf = ({ requested, action }: Gated): Proposal => ({ requested, action, edited: false });

/** Looks up what the gate needs beside policy and request. Everything is at hand; what no rule asks for is not worked out. */
export const gateContext = (
  { directory, sampleOf }: Pick<Deps, 'directory' | 'sampleOf'>,
  { requested, tenant, now }: Gated,
  history: HistoryLookup | undefined,
  grant: { grantId: string } | null,
): GateContext => ({
  now,
  get random() {
    // What test keys ask never runs, so there is nothing to look at afterwards.
    return requested.test === true ? 1 : sampleOf(requested.approvalId);
  },
  ...(history === undefined ? {} : { history }),
  workingHours: directory.workingHours(tenant),
  killSwitch: directory.killSwitch(tenant, requested.agent.id),
  returnedBands: directory.returnedBands(tenant),
  grant,
  escalation: id => directory.escalationPolicy(tenant, id),
});

/** Who may be asked, and whether something holds everything back: what every command that opens a step or lets something run carries. */
export const deciding = (
  { directory, rotations }: Pick<Deps, 'directory' | 'rotations'>,
  tenant: string,
  agentId: string,
  now: string,
): { people: AskedPeople; rotation: Rotation; awake: (operatorId: string) => boolean; hold: Hold | null; solo: boolean } => ({
  people: (approvers, seniorOnly) => directory.asked(tenant, approvers, now, seniorOnly),
  rotation: rotations.of(tenant),
  awake: operatorId => isAwake(directory.quietHours(operatorId), now),
  hold: directory.killSwitch(tenant, agentId),
  solo: directory.soloMode(tenant),
});
