import type { AlertChannel } from '@holdpoint/contracts';
import type { Messaging } from '@holdpoint/messaging';
import type { Deps } from '../deps.ts';

/** What taking an answer from a channel needs. */
export type ReplyDeps = Deps & {
  messaging: Pick<Messaging, 'request'>;
  /** Counts what came in. @param outcome `done`, `refused`, `forged`, `receipt` … */
  countReply(channel: AlertChannel, outcome: string): void;
};

/** Where something came in: the organisation and channel that the provider's own secret path names. */
export type Place = { tenant: string; channel: AlertChannel };
