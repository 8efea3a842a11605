import type { AlertChannel, NotificationRule } from '@holdpoint/contracts';

/** `GET /api/addresses`: where a person is told. */
export type Addresses = {
  items: OwnAddress[];
  /** Begun, and not proved yet. */
  pending: { id: string; channel: AlertChannel; address: string | null; expiresAt: string }[];
  rules: NotificationRule[] | null;
  language: string;
  timeZone: string | null;
};
export type OwnAddress = {
  id: string;
  channel: AlertChannel;
  /** For a browser the name its person gave it. */
  address: string;
  /** SHA-256 of a browser's endpoint. */
  fingerprint?: string;
  verified: boolean;
  verifiedAt: string | null;
  /** When the console was last open there; known of browsers only. */
  lastUsedAt: string | null;
};

/** `GET /api/channels`: what there is to be told on. */
export type ChannelInfo = {
  id: AlertChannel;
  displayName: string;
  connected: boolean;
  capabilities: { enrolment: 'code' | 'link' | 'confirm' | 'session' | 'none'; needsOpenWindow: boolean; paid: boolean };
};

/** How an address is told apart from the others of a person: its channel's name and itself. */
export const addressName = ({ channel, address }: OwnAddress, channels: readonly Pick<ChannelInfo, 'id' | 'displayName'>[]): string => {
  const name = channels.find(({ id }) => id === channel)?.displayName ?? channel;
  return channel === 'push' ? address : `${name} ${address}`;
};
