import type { KillSwitchScope, RecordedEvent, Retention } from '@holdpoint/contracts';
import { bandInWords } from '@holdpoint/gate';
import type { NameOf } from '../review/history-words.ts';

/** One sentence about a change of an organisation's settings, for people; null for what is none. Quotes nothing that is stored sealed. */
export const settingsWords = (event: RecordedEvent, nameOf: NameOf): string | null =>
  organizationWords(event, nameOf) ?? channelWords(event) ?? dutyWords(event, nameOf) ?? policyWords(event);

const organizationWords = (event: RecordedEvent, nameOf: NameOf): string | null => {
  switch (event.type) {
    case 'OrganizationCreated':
      return `The organisation ${event.data.name} began.`;
    case 'OrganizationProfileSet':
      return `The organisation’s profile was set: ${event.data.name}, ${event.data.timeZone}.`;
    case 'RetentionSet':
      return retentionWords(event.data);
    case 'OrganizationLogoSet':
      return event.data.logo === null ? 'The logo was taken away.' : 'A logo was set.';
    case 'EndpointRegistered':
      return `Endpoint ${event.data.endpointId} was registered.`;
    case 'EndpointDisabled':
      return `Endpoint ${event.data.endpointId} was disabled: ${event.data.reason}.`;
    case 'EndpointEnabled':
      return `Endpoint ${event.data.endpointId} was enabled again.`;
    case 'SigningSecretRotated':
      return `Endpoint ${event.data.endpointId} got new signing keys; the previous ones sign until ${event.data.previousUntil}.`;
    case 'ConnectionAdded':
      return `Connection ${event.data.connectionId} (${event.data.provider}) was added.`;
    case 'ConnectionRemoved':
      return `Connection ${event.data.connectionId} was removed.`;
    case 'McpGatewaySet':
      return `The MCP gateway ${event.data.gatewayId} was set: ${event.data.url}, for ${event.data.agents?.join(', ') ?? 'every agent'}; ${
        event.data.passThrough.length === 0 ? 'no tool passes' : `${event.data.passThrough.join(', ')} pass`
      } without asking.`;
    case 'McpGatewayRemoved':
      return `The MCP gateway ${event.data.gatewayId} was removed.`;
    case 'SignInPolicySet': {
      const { methods, secondFactor } = event.data.policy;
      return `People sign in by ${methods.join(', ')}${secondFactor ? ', and a password alone is not enough' : ''}.`;
    }
    case 'SingleSignOnSet':
      return `Single sign-on by ${event.data.issuer} was set up for ${event.data.domains.join(', ')}.`;
    case 'SingleSignOnRemoved':
      return 'Single sign-on was removed.';
    case 'SoloModeSwitched':
      return event.data.on
        ? 'Solo mode was switched on: an agent’s owner may decide what it asks.'
        : 'Solo mode was switched off: whoever asks does not decide.';
    case 'PolicyActivationRuleSet':
      return event.data.secondPerson
        ? 'From now on two people must agree to activate a policy version.'
        : 'From now on one person activates a policy version.';
    case 'KillSwitchEngaged':
      return `The kill switch ${of(event.data.scope)} was engaged: ${event.data.reason}`;
    case 'KillSwitchReleased':
      return `The kill switch ${of(event.data.scope)} was released.`;
    case 'TeamCreated':
      return `Team ${event.data.teamId} (${event.data.name}) was created.`;
    case 'TeamMemberAdded':
      return `${nameOf(event.data.operatorId)} joined team ${event.data.teamId}.`;
    case 'TeamMemberRemoved':
      return `${nameOf(event.data.operatorId)} left team ${event.data.teamId}.`;
    case 'TeamRemoved':
      return `Team ${event.data.teamId} was removed.`;
    default:
      return null;
  }
};

const retentionWords = ({ months, paused }: Retention): string => {
  const kept = months === null ? 'for ever' : `for ${months} months after the end`;
  return `What was written is kept ${kept}${paused ? '; all erasing is paused' : ''}.`;
};

const channelWords = (event: RecordedEvent): string | null => {
  switch (event.type) {
    case 'ChannelConnected':
      return `Channel ${event.data.channel} was set up.`;
    case 'ChannelDisconnected':
      return `Channel ${event.data.channel} was taken away.`;
    case 'ChannelFaulted':
      return `The provider of ${event.data.channel} refuses its settings (${event.data.code}).`;
    case 'ChannelRecovered':
      return `The provider of ${event.data.channel} takes messages again.`;
    case 'ChannelPolicySet':
      return 'What channels may do was set.';
    case 'TemplatePublished': {
      const { channel, language, kind, version, document } = event.data;
      const what = document === null ? 'went back to the built-in ones' : `were published as version ${version}`;
      return `The words of ${kind} by ${channel} in ${language} ${what}.`;
    }
    default:
      return null;
  }
};

const of = (scope: KillSwitchScope): string => (scope.kind === 'organization' ? 'of the organisation' : `of agent ${scope.agentId}`);

const dutyWords = (event: RecordedEvent, nameOf: NameOf): string | null => {
  switch (event.type) {
    case 'WorkingHoursSet':
      return event.data.workingHours === null
        ? 'Working hours were removed.'
        : `Working hours were set (${event.data.workingHours.timeZone}).`;
    case 'ScheduleChanged': {
      const { scheduleId, version, document } = event.data;
      const people = new Set([
        ...document.layers.flatMap(({ turns }) => turns.flat()),
        ...document.overrides.flatMap(({ operators }) => operators),
      ]);
      return `Schedule ${scheduleId} was saved as version ${version}, with ${[...people].map(nameOf).join(', ')}.`;
    }
    case 'ScheduleRemoved':
      return `Schedule ${event.data.scheduleId} was removed.`;
    case 'EscalationPolicyPublished':
      return `Escalation policy ${event.data.escalationId} was published as version ${event.data.version}.`;
    default:
      return null;
  }
};

const policyWords = (event: RecordedEvent): string | null => {
  switch (event.type) {
    case 'GatePolicyDrafted':
      return event.data.source === 'calibration'
        ? `A draft of policy ${event.data.policyId} was proposed from what people decided.`
        : `A draft of policy ${event.data.policyId} was kept.`;
    case 'GatePolicyPublished':
      return `Policy ${version(event.data)} was published.`;
    case 'GatePolicyShadowed':
      return event.data.on
        ? `Policy ${version(event.data)} is tried out beside the active one.`
        : `Policy ${version(event.data)} is no longer tried out.`;
    case 'GatePolicyActivationProposed':
      return `Policy ${version(event.data)} was proposed; another person must activate it.`;
    case 'GatePolicyActivated':
      return `Policy ${version(event.data)} became active.`;
    case 'GatePolicyRetired':
      return `Policy ${version(event.data)} was retired.`;
    case 'BandReturnedToReview': {
      const { agentId, tool, band, sampled, rejected } = event.data;
      return `${tool} of ${agentId} (${bandInWords(band)}) went back to people: they rejected ${rejected} of ${sampled} samples.`;
    }
    case 'BandReleased':
      return `${event.data.tool} of ${event.data.agentId} (${bandInWords(event.data.band)}) was given to the rules again.`;
    default:
      return null;
  }
};

const version = ({ policyId, version: number }: { policyId: string; version: number }): string => `${policyId} version ${number}`;
