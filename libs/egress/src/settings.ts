import { z } from 'zod';
import { addressRules } from './address.ts';

/** Words separated by commas, as lists stand in the environment: `a, b,c` → `['a', 'b', 'c']`. */
export const wordsOf = (text: string): string[] =>
  text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');

/** Schema of a setting that lists ports (`HOLDPOINT_EGRESS_PORTS`); none by default. */
export const portNumbers = () =>
  z
    .string()
    .default('')
    .transform(text => wordsOf(text).map(Number))
    .refine(ports => ports.every(port => Number.isInteger(port) && port > 0 && port < 65_536), 'must be port numbers separated by commas');

const areReadable = (cidrs: string[]): boolean => {
  try {
    addressRules(cidrs);
    return true;
  } catch {
    return false;
  }
};

/**
 * Schema of a setting that lists CIDR ranges (`HOLDPOINT_EGRESS_ALLOW`, `HOLDPOINT_EGRESS_DENY`); none by default. A range that cannot be read
 * is refused when the process starts: a guard that skips it would let through what somebody meant to keep out, or the other way round.
 */
export const addressRanges = () =>
  z.string().default('').transform(wordsOf).refine(areReadable, 'must be ranges such as 10.0.0.0/8 or ::1/128, separated by commas');
