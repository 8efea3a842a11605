import type { Messaging } from '@holdpoint/messaging';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { decide } from '../review/decide.ts';
import type { AccountDeps } from './account-deps.ts';
import type { Person } from './person.ts';

export type RerouteDeps = { models: Pick<ReadModels, 'current'>; messaging: Pick<Messaging, 'request'> };
/** What became of one request: `done`, or why nobody else could be put on it. */
export type Reroute = { id: string; verb: 'reassign' | 'escalate'; outcome: 'done' | 'refused' | 'unavailable'; detail: string | null };

/** Requests re-routed at the same time. */
const AT_ONCE = 16;

/**
 * Puts the successor on every open request that asks a person by name; without a successor, the next rung of its ladder is asked now. Each is a
 * decision of the caller's own, with its event. What is also asked of a role or team waits for them as before.
 */
export const rerouteWhatIsAskedOf =
  ({ models, messaging }: AccountDeps & RerouteDeps) =>
  async (by: Person, operatorId: string, successor: string | undefined): Promise<Reroute[]> => {
    const rows = await models
      .current()
      .read.selectFrom('approvals')
      .select('id')
      .where('tenant', '=', by.tenant)
      .where('open', '=', 1)
      .where('phase', '=', 'review')
      .where('named_operators', 'like', `%|${operatorId}|%`)
      .execute();
    const verb = successor === undefined ? 'escalate' : 'reassign';
    const send = decide(messaging);
    const outcomes: Reroute[] = [];
    for (let at = 0; at < rows.length; at += AT_ONCE)
      outcomes.push(
        ...(await Promise.all(
          rows.slice(at, at + AT_ONCE).map(async ({ id }): Promise<Reroute> => {
            const decided = await send(by, id, verb, successor === undefined ? {} : { to: [successor] });
            return { id, verb, outcome: decided.outcome, detail: decided.outcome === 'done' ? null : decided.detail };
          }),
        )),
      );
    return outcomes;
  };
