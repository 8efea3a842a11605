import { counter } from '@holdpoint/service-kit';

/**
 * What became of a webhook, or of one call of the session it named: `requested` · `known` · `left` (not the gate's) · `refused` (answered
 * "no") · `unknown` (a shape we do not know) · `ignored` (an event of another type) · `gone` (no such session) · `unreadable` (the provider
 * did not say what the session waits for) · `unverified`.
 */
export type HookOutcome = 'requested' | 'known' | 'left' | 'refused' | 'unknown' | 'ignored' | 'gone' | 'unreadable' | 'unverified';
export type CountHook = (provider: string, outcome: HookOutcome) => void;

export const openHookMetrics = (): CountHook => {
  const hooks = counter('holdpoint_ingest_hooks_total', 'Provider webhooks and the calls they led to, by outcome', ['provider', 'outcome']);
  return (provider, outcome) => hooks.inc({ provider, outcome });
};
