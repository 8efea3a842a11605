import type { Message } from '../channel.ts';

/** `hp1` and 52 characters; the address carries the 52, so that its local part stays within the 64 of RFC 5321 §4.5.3.1.1. */
const PREFIX = 'hp1';
const LOCAL_PART = /^r\+([a-z2-7]{52})$/;

/**
 * Where an answer to a mail goes. The handle of "reject" stands for the pair: which of the two is meant, the answer's first line says.
 * @returns null where nothing may be decided by answering
 */
export const replyAddressOf = ({ actions }: Pick<Message, 'actions'>, domain: string): string | null => {
  const handle = actions.find(({ verb }) => verb === 'reject')?.handle;
  return handle?.startsWith(PREFIX) ? `r+${handle.slice(PREFIX.length)}@${domain}` : null;
};

/** The handle in an address of {@link replyAddressOf}; null for every other address. */
export const handleInAddress = (address: string, domain: string): string | null => {
  const at = address.lastIndexOf('@');
  if (at < 0 || address.slice(at + 1).toLowerCase() !== domain) return null;
  const handle = LOCAL_PART.exec(address.slice(0, at).toLowerCase())?.[1];
  return handle === undefined ? null : `${PREFIX}${handle}`;
};
