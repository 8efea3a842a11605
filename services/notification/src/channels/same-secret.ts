import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a secret or signature that came in is the right one, in constant time: over digests, which are of equal length whatever came. */
export const sameSecret = (given: string, right: string): boolean => timingSafeEqual(digest(given), digest(right));
