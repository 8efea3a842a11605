export { openEgress, type Dial, type Egress, type EgressOptions } from './egress.ts';
export type { EgressRequest, EgressResponse } from './exchange.ts';
export { EgressError, type EgressErrorClass } from './egress-error.ts';
export { checkTarget, type Target } from './target.ts';
export { addressRules, type AddressRules, type AddressVerdict } from './address.ts';
export type { GuardedFetchOptions } from './fetch-for.ts';
export { addressRanges, portNumbers, wordsOf } from './settings.ts';
