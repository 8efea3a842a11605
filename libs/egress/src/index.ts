export { openEgress, type Egress, type EgressOptions, type EgressRequest, type EgressResponse } from './egress.ts';
export { EgressError, type EgressErrorClass } from './egress-error.ts';
export { checkTarget, type Target } from './target.ts';
export { addressRules, type AddressRules, type AddressVerdict } from './address.ts';
export type { GuardedFetchOptions } from './fetch-for.ts';
