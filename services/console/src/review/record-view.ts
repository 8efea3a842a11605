import { streamOf, type ViewEvent } from '@holdpoint/contracts';
import type { Decider, EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { Kysely } from 'kysely';
import type { Person } from '../accounts/person.ts';
import type { ReadModelTables } from '../read-model/schema.ts';

type Deps = { eventLog: Pick<EventLog, 'handle'>; read: Kysely<ReadModelTables>; now: () => string };
type Part = ViewEvent['data']['part'];

/**
 * Records that a person had a part of an open request on the screen: the first time only, and nothing once it is decided.
 * @throws ProblemError 404 when there is no such request in the person's organisation
 */
export const recordView =
  ({ eventLog, read, now }: Deps) =>
  async ({ operatorId, tenant }: Person, approvalId: string, part: Part): Promise<void> => {
    const row = await read
      .selectFrom('approvals')
      .select('open')
      .where('id', '=', approvalId)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    if (row === undefined) throw new ProblemError('not_found', 404, `There is no approval ${JSON.stringify(approvalId.slice(0, 64))}.`);
    if (row.open === 0) return;
    const at = now();
    await eventLog.handle(
      views,
      streamOf.view(approvalId),
      { approvalId, operatorId, part, at },
      {
        commandId: `view ${approvalId} ${operatorId} ${part}`,
        tenant,
        actor: `operator:${operatorId}`,
        recordedAt: at,
      },
    );
  };

type Views = ReadonlySet<string>;
const keyOf = ({ operatorId, part }: Pick<ViewEvent['data'], 'operatorId' | 'part'>): string => `${operatorId} ${part}`;
const views: Decider<Views, ViewEvent['data'], ViewEvent> = {
  initial: new Set(),
  evolve: (seen, { data }) => new Set([...seen, keyOf(data)]),
  decide: (view, seen) => (seen.has(keyOf(view)) ? [] : [{ type: 'ApprovalViewed', data: view }]),
};
