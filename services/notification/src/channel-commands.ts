import { messageTemplate, TEMPLATE_KINDS, templateKind, type AlertChannel } from '@holdpoint/contracts';
import { z } from 'zod';
import type { ChannelCommands, ChannelDescription, ConfigFault } from './channel-commands.controller.ts';
import type { Channel, Message, OpenOptions } from './channels/channel.ts';
import { CHANNELS } from './channels/registry.ts';
import { settingsNamed } from './channels/settings-named.ts';
import { composeMessage } from './compose-message.ts';
import type { Deps } from './deps.ts';
import { hookUrlOf } from './open-channels.ts';
import { beginEnrolment, sendTest } from './send-message.ts';
import { BUILT_IN, TEMPLATE_VARIABLES, templateFault } from './words.ts';

/** What is asked of this service about channels, rather than told by the log. */
export const openChannelCommands = (deps: Deps, http: OpenOptions['http']): ChannelCommands => ({
  enrol: (tenant, addressId) => beginEnrolment(deps, tenant, addressId),
  test: (tenant, channel, operatorId) => sendTest(deps, tenant, channel, operatorId),
  check: (_tenant, id, config, hookId) => checkConfig(deps, http, id, config, hookId),
  describe: () => ({
    channels: CHANNELS.filter(({ id }) => id !== 'inbox').map(channel => ({
      ...describe(channel),
      installed: deps.channels.isInstalled(channel.id),
    })),
    publicUrl: deps.publicUrl,
  }),
  words: () => ({ builtIn: Object.fromEntries(TEMPLATE_KINDS.map(kind => [kind, BUILT_IN[kind]])), variables: TEMPLATE_VARIABLES }),
  preview: (channel, kind, template) => preview(deps, channel, kind, template),
});

/** The settings are read by the channel's own schema, opened, and tried against the provider; nothing of them is repeated in what is said. */
const checkConfig = async (
  { channels, publicUrl }: Deps,
  http: OpenOptions['http'],
  id: AlertChannel,
  config: unknown,
  hookId: string,
): Promise<ConfigFault | null> => {
  const channel = channels.describe(id) as unknown as Channel<unknown>;
  const parsed = channel.config.safeParse(config);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/config/${path.join('/')}`, detail: message }));
    return { by: 'form', detail: `${errors[0]?.pointer ?? '/config'}: ${errors[0]?.detail ?? 'is not valid'}.`, errors };
  }
  try {
    const open = channel.open(parsed.data, { http, nowMs: Date.now, hookUrl: hookUrlOf(publicUrl, { channel: id, hookId }) });
    try {
      const fault = await open.healthCheck();
      if (fault === null) return null;
      const named = settingsNamed(fault, Object.keys(parsed.data as object));
      return { by: 'provider', detail: fault, errors: named.map(member => ({ pointer: `/config/${member}`, detail: fault })) };
    } finally {
      await open.close();
    }
  } catch (error) {
    if (error instanceof RangeError) return { by: 'form', detail: error.message, errors: [{ pointer: '/config', detail: error.message }] };
    throw error;
  }
};

const describe = (channel: Channel): Omit<ChannelDescription, 'installed'> => {
  const config = z.toJSONSchema(channel.config, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return { id: channel.id, displayName: channel.displayName, capabilities: channel.capabilities, config, secrets: secretsIn(config) };
};

/** Names of members marked as secret, in every form of a settings document. */
const secretsIn = (schema: unknown): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, anyOf, oneOf } = schema as {
    properties?: Record<string, { secret?: unknown }>;
    anyOf?: unknown[];
    oneOf?: unknown[];
  };
  const own = Object.entries(properties ?? {}).flatMap(([name, member]) => (member.secret === true ? [name] : []));
  return [...new Set([...own, ...[...(anyOf ?? []), ...(oneOf ?? [])].flatMap(secretsIn)])];
};

const EXAMPLE = {
  actionName: 'issue_refund',
  proposedAction: 'Refund $245 for order A-1',
  entityId: 'A-1',
  contextSummary: 'Order A-1 arrived broken; the customer sent photos.',
};

/** A message with these words and an example's values: as it is composed, and as the provider would get it. */
const preview = (
  deps: Deps,
  id: AlertChannel,
  kind: string,
  template: unknown,
): { message: Message; payload: unknown } | { fault: string } => {
  const words = template === null ? null : messageTemplate.parse(template);
  const fault = words === null ? null : templateFault(templateKind.parse(kind), words);
  if (fault !== null) return { fault };
  const { capabilities, render } = deps.channels.describe(id);
  const at = deps.now();
  const inMinutes = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();
  const message = composeMessage(
    {
      kind: templateKind.parse(kind),
      approvalId: null,
      organization: 'Example',
      operatorName: 'Ada',
      riskLevel: 'medium',
      text: EXAMPLE,
      outcome: 'Approved by Ada',
      count: 12,
      expiresAt: inMinutes(60),
      escalateAt: inMinutes(5),
      at,
      link: { label: 'Look and decide', url: `${deps.consoleUrl}/` },
    },
    {
      capabilities,
      template: words,
      language: 'en',
      actions: [],
      replyCode: null,
      secrets: [],
    },
  );
  return { message, payload: render(message) };
};
