import type { MessageTemplate } from '@holdpoint/contracts';
import type { MessageKind } from '../channels/channel.ts';

/**
 * Messages about an account, or an address of it. No organisation writes these words itself, so they are here in every language there are sentences
 * of channels in.
 */
export type AccountKind = Extract<
  MessageKind,
  'invitation' | 'passwordReset' | 'emailChange' | 'emailChanged' | 'confirm' | 'verify' | 'test'
>;
/** `link`: what its button says. */
type Words = MessageTemplate & { link: string };
export type AccountWords = Readonly<Record<AccountKind, Words>>;

/** One message in one language. @param link what its button says */
export const words = (title: string, lines: string[], link: string): Words => ({ title, lines, link });
