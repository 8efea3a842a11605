import type { EscalationPolicy, EventData, KillSwitchScope, WorkingHours } from '@holdpoint/contracts';
import type { GateContext, ReturnedBand } from './context.ts';

/** Settings that the gate looked at beside the policy. */
export const SETTINGS_READ = [
  'KillSwitchEngaged',
  'KillSwitchReleased',
  'WorkingHoursSet',
  'EscalationPolicyPublished',
  'BandReturnedToReview',
  'BandReleased',
] as const;
type SettingType = (typeof SETTINGS_READ)[number];
export type PastSetting = { [T in SettingType]: { type: T; data: EventData<T> } }[SettingType];

/** An organisation's settings as they were at one point of its log. */
export type PastSettings = {
  take(event: PastSetting): void;
  /** What the gate had beside policy and request when it spoke about this agent. */
  contextOf(agentId: string, now: string): Omit<GateContext, 'history' | 'grant'>;
};

/** Follows the settings of one organisation through its log. What they held is remembered, how they came to it is not. */
export const openPastSettings = (): PastSettings => {
  const switches = new Map<string, { reason: string; by: string; at: string }>();
  const bands = new Map<string, ReturnedBand>();
  const escalations = new Map<string, { version: number; document: EscalationPolicy }>();
  let returnedBands: readonly ReturnedBand[] = [];
  let workingHours: WorkingHours | null = null;

  return {
    take: event => {
      switch (event.type) {
        case 'KillSwitchEngaged': {
          const { scope, reason, by, at } = event.data;
          return void switches.set(switchOf(scope), { reason, by, at });
        }
        case 'KillSwitchReleased':
          return void switches.delete(switchOf(event.data.scope));
        case 'WorkingHoursSet':
          workingHours = event.data.workingHours;
          return;
        case 'EscalationPolicyPublished': {
          const { escalationId, version, document } = event.data;
          return void escalations.set(escalationId, { version, document });
        }
        case 'BandReturnedToReview': {
          const { agentId, tool, band } = event.data;
          bands.set(bandOf(event.data), { agentId, tool, band });
          returnedBands = [...bands.values()];
          return;
        }
        case 'BandReleased':
          bands.delete(bandOf(event.data));
          returnedBands = [...bands.values()];
          return;
        default:
          return never(event);
      }
    },
    contextOf: (agentId, now) => ({
      now,
      // Sampling changes no verdict, and is left out.
      random: 1,
      workingHours,
      killSwitch: switches.get(ORGANIZATION) ?? switches.get(agentOf(agentId)) ?? null,
      returnedBands,
      escalation: id => escalations.get(id) ?? null,
    }),
  };
};

const ORGANIZATION = 'organization';
const agentOf = (agentId: string): string => `agent ${agentId}`;
const switchOf = (scope: KillSwitchScope): string => (scope.kind === 'organization' ? ORGANIZATION : agentOf(scope.agentId));
const bandOf = ({ agentId, tool, band }: ReturnedBand): string => JSON.stringify([agentId, tool, band.from, band.to]);

const never = (event: never): never => {
  throw new TypeError(`unknown setting ${JSON.stringify(event)}`);
};
