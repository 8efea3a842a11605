import { channelPolicy, type AlertChannel, type TemplateKind } from '@holdpoint/contracts';
import { derived } from './derived.ts';
import { keyOf, type DirectoryState } from './directory-state.ts';

/** What holds for an organisation that never said anything about its channels. */
const DEFAULT_POLICY = channelPolicy.parse({});
const NEVER_WRONG = { failures: 0, lockedUntil: null } as const;

/** The answers about channels, from the state as it is at the time of the question. */
export const aboutChannels = (state: () => DirectoryState) => {
  const byHook = derived(
    () => state().channels,
    channels => new Map([...channels.values()].map(connection => [connection.hookId, connection])),
  );
  return {
    channelConnection: (tenant: string, channel: AlertChannel) => state().channels.get(keyOf(tenant, channel)) ?? null,
    channelFault: (tenant: string, channel: AlertChannel) => {
      const { channelFaults } = state();
      return channelFaults.size === 0 ? null : (channelFaults.get(keyOf(tenant, channel)) ?? null);
    },
    channelByHook: (hookId: string) => byHook().get(hookId) ?? null,
    channelPolicy: (tenant: string) => state().channelPolicies.get(tenant) ?? DEFAULT_POLICY,
    template: (tenant: string, channel: AlertChannel, language: string, kind: TemplateKind) => {
      const { templates } = state();
      if (templates.size === 0) return null;
      const own = templates.get(keyOf(tenant, channel, language, kind))?.document;
      return own ?? templates.get(keyOf(tenant, channel, language.split('-')[0] ?? language, kind))?.document ?? null;
    },
    enrolment: (addressId: string) => state().enrolments.get(addressId) ?? null,
    notificationRules: (operatorId: string) => state().notificationRules.get(operatorId)?.rules ?? null,
    profile: (operatorId: string) => state().profiles.get(operatorId) ?? null,
    replyCodes: (operatorId: string, channel: AlertChannel) => state().replyCodes.get(keyOf(operatorId, channel)) ?? NEVER_WRONG,
  };
};
