import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Draws whether an automatic approval is looked at afterwards. The draw is a keyed hash of the approval's id: the same at every replica and
 * every repeat, and out of reach for an agent that chooses idempotency keys until one is spared.
 * @param keyFile a secret of this installation; only a hash of it is used
 */
export const openSampler = (keyFile: string): ((approvalId: string) => number) => {
  const key = createSecretKey(createHash('sha256').update('holdpoint sampling').update(readFileSync(keyFile)).digest());
  return approvalId => createHmac('sha256', key).update(approvalId).digest().readUInt32BE(0) / 2 ** 32;
};
