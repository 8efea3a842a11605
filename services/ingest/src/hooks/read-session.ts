import type { Hook, SessionPlace } from '@holdpoint/agents';
import { ProblemError } from '@holdpoint/service-kit';

/** Seconds after which a provider may try again; providers keep schedules of their own. */
const RETRY_AFTER_SEC = 30;

/** The provider of a session gave no answer that could be used. It repeats its webhook, and we read again. */
export const providerUnavailable = (status: number | undefined): ProblemError =>
  new ProblemError(
    'provider_unavailable',
    503,
    status === 401 || status === 403
      ? `The provider refused the connection's API key (${status}); save a working one.`
      : `The session could not be reached at the provider (${status ?? 'no answer'}); deliver this webhook again.`,
    { headers: { 'retry-after': String(RETRY_AFTER_SEC) } },
  );

/**
 * Reads what a session waits for.
 * @returns null when there is no such session any more: nobody waits for an answer
 * @throws ProblemError 503 `provider_unavailable`
 */
export const readSession = async (hook: Hook, place: SessionPlace): Promise<{ session: unknown } | null> => {
  const seen = await hook.look(place);
  if ('session' in seen) return seen;
  if (seen.unreadable?.status === 404) return null;
  throw providerUnavailable(seen.unreadable?.status);
};
