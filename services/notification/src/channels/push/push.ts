import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { defineChannel } from '../channel.ts';
import { endpointOf } from './endpoint.ts';
import { pushPayload } from './payload.ts';
import { openPush } from './send.ts';
import { checkVapidKeys } from './vapid-keys.ts';

export const pushConfig = z.strictObject({
  publicKey: z
    .string()
    .regex(/^[\w-]{87}$/, 'must be 87 characters of base64url')
    .describe('Public VAPID key; browsers subscribe with it and are bound to it'),
  privateKey: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be 43 characters of base64url')
    .describe('Private VAPID key')
    .meta({ secret: true }),
  subject: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https:\/\/\S+)$/, 'must be mailto:… or https://…')
    .describe('Whom push services may write to about us, mailto:… or https://…; Apple refuses what is not real'),
  extraHosts: z
    .array(z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be host or host:port'))
    .max(20)
    .default([])
    .describe('Hosts of push services besides those of the known browsers, "host" or "host:port"; also callable over http'),
});
export type PushConfig = z.infer<typeof pushConfig>;

/** Notifications of browsers (Web Push). Decided through the console's own session; the payload alone decides nothing. */
export const push = defineChannel<PushConfig>({
  id: 'push',
  displayName: 'Browser notifications',
  capabilities: {
    interactive: 'buttons',
    actionsMax: 2,
    canEdit: true,
    receipts: 'accepted',
    identityStrength: 'strong',
    defaultCeiling: DEFAULT_CEILINGS.push,
    contentLevel: 'minimal',
    lockScreenVisible: true,
    textCharsMax: 200,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'session',
  },
  config: pushConfig,
  normaliseAddress: endpointOf,
  render: pushPayload,
  open: (config, options) => {
    checkVapidKeys(config);
    return openPush(config, options);
  },
});
