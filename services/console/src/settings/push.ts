import { streamOf, type PushPressReply, type pushPressBody, type pushReceiptBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import { sha256Hex } from '@holdpoint/sealing';
import type { z } from 'zod';
import { askNotification } from './ask-notification.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** The public VAPID key that browsers subscribe with (RFC 8292), base64url; null where notifications of browsers are not set up. */
export const pushKeyOf = (directory: Pick<Directory, 'channelConnection'>, tenant: string): string | null => {
  const key = directory.channelConnection(tenant, 'push')?.config['publicKey'];
  return typeof key === 'string' ? key : null;
};

/** What a push subscription is stored with beside its endpoint, and what is shown of it: the endpoint itself is a secret. */
export type PushRoute = { p256dh: string; auth: string; key: string; name?: string };

/** How a subscription is shown: its name, and the hash of its endpoint, by which a browser knows which one is its own. */
export const shownSubscription = (endpoint: string, route: string | null): { address: string; fingerprint: string } => {
  const name = nameIn(route);
  return { address: name ?? 'A browser or phone', fingerprint: sha256Hex(endpoint) };
};

const nameIn = (route: string | null): string | null => {
  const { name } = JSON.parse(route ?? '{}') as Partial<PushRoute>;
  return name ?? null;
};

/** How often a browser's use is put on record, milliseconds. */
const USED_EVERY_MS = 86_400_000;

/**
 * Puts on record that the caller uses the browser with this subscription, once a day at most; nothing for one that is none of the caller's.
 * @param fingerprint SHA-256 of its endpoint
 */
export const markPushUsed =
  (deps: SettingsDeps) =>
  async (by: Changer, fingerprint: string): Promise<void> => {
    const { directory, now } = deps;
    const own = directory
      .operator(by.operatorId)
      ?.addresses.find(({ channel, address, verified }) => channel === 'push' && verified && sha256Hex(address) === fingerprint);
    if (own === undefined || Date.parse(now()) - Date.parse(own.usedAt ?? own.verifiedAt ?? '') < USED_EVERY_MS) return;
    const { operatorId } = by;
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'ChannelAddressUsed', data: { operatorId, addressId: own.addressId, at } },
    ]);
  };

type NotificationDeps = { messaging: Pick<Messaging, 'request'> };

/** Decides what a notification's button stood for, as the person of the session. @throws ProblemError 503 */
export const pressNotification = (
  { messaging }: NotificationDeps,
  { tenant, operatorId }: Changer,
  { handle }: z.output<typeof pushPressBody>,
): Promise<PushPressReply> => askNotification<PushPressReply>(messaging, 'hp.cmd.notification.press', { tenant, operatorId, handle });

/** Records that a notification was shown or clicked. @returns whether that was news @throws ProblemError 503 */
export const takeNotificationReceipt = (
  { messaging }: NotificationDeps,
  { tenant, operatorId }: Changer,
  receipt: z.output<typeof pushReceiptBody>,
): Promise<{ taken: boolean }> => askNotification(messaging, 'hp.cmd.notification.receipt', { tenant, operatorId, ...receipt });
