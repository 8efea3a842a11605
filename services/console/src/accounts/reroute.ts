import { idOf, streamOf } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { foldRow, isApprovalEvent } from '../read-model/approval-row.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { decide } from '../review/decide.ts';
import type { Person } from './person.ts';

export type RerouteDeps = {
  models: Pick<ReadModels, 'current'>;
  messaging: Pick<Messaging, 'request'>;
  eventLog: Pick<EventLog, 'load' | 'replay'>;
};
/** What became of one request: `done`, or why nobody else could be put on it. */
export type Reroute = { id: string; verb: 'reassign' | 'escalate'; outcome: 'done' | 'refused' | 'unavailable'; detail: string | null };

/** Requests re-routed at the same time. */
const AT_ONCE = 16;

/**
 * Puts the successor on every open request that asks a person by name; without a successor, the next rung of its ladder is asked now. Each is a
 * decision of the caller's own, with its event. What is also asked of a role or team waits for them as before.
 * @param except requests that were re-routed already: they go on naming the person among others
 */
export const rerouteWhatIsAskedOf =
  (deps: RerouteDeps) =>
  async (by: Person, operatorId: string, successor: string | undefined, except: ReadonlySet<string> = new Set()): Promise<Reroute[]> => {
    const ids = (await askedByName(deps, by.tenant, operatorId)).filter(id => !except.has(id));
    const verb = successor === undefined ? 'escalate' : 'reassign';
    const send = decide(deps.messaging);
    return inTurns(ids, async (id): Promise<Reroute> => {
      const decided = await send(by, id, verb, successor === undefined ? {} : { to: [successor] });
      return { id, verb, outcome: decided.outcome, detail: decided.outcome === 'done' ? null : decided.detail };
    });
  };

/**
 * Open requests that ask a person by name, as of the end of the log: the read model answers for what it has, and what came after that is read from
 * the log itself.
 */
const askedByName = async ({ models, eventLog }: RerouteDeps, tenant: string, operatorId: string): Promise<string[]> => {
  const model = models.current();
  const upTo = model.position() ?? 'start';
  const rows = await model.read
    .selectFrom('approvals')
    .select('id')
    .where('tenant', '=', tenant)
    .where('open', '=', 1)
    .where('phase', '=', 'review')
    .where('named_operators', 'like', `%|${operatorId}|%`)
    .execute();
  const asked = new Set(rows.map(({ id }) => id));
  const later = new Set<string>();
  await eventLog.replay({
    prefixes: ['approval-'],
    from: upTo,
    onEvents: events => events.forEach(({ stream, metadata }) => metadata.tenant === tenant && later.add(idOf(stream))),
  });
  await inTurns([...later], async id => {
    const { events } = await eventLog.load(streamOf.approval(id));
    const row = foldRow(events.filter(isApprovalEvent));
    if (row?.phase === 'review' && row.named_operators.includes(`|${operatorId}|`)) asked.add(id);
    else asked.delete(id);
  });
  return [...asked];
};

const inTurns = async <In, Out>(items: readonly In[], carryOut: (item: In) => Promise<Out>): Promise<Out[]> => {
  const outcomes: Out[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) outcomes.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(carryOut))));
  return outcomes;
};
