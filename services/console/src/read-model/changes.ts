import { idOf, type LiveEvent } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Kysely } from 'kysely';
import { plainPosition, sortablePosition, type ReadModelTables } from './schema.ts';

export type ChangesSince =
  | { outcome: 'known'; changes: LiveEvent[] }
  /** The client was away too long, or its position is not ours: it reads its page again. */
  | { outcome: 'tooOld' };

/** A log position as clients send it back: a decimal number of at most 20 digits. */
const POSITION = /^\d{1,20}$/;

/**
 * What changed in a tenant after a log position, in log order.
 * @param max at most this many; a client further behind reads its page again, which is cheaper.
 */
export const changesSince = async (db: Kysely<ReadModelTables>, tenant: string, position: string, max: number): Promise<ChangesSince> => {
  if (!POSITION.test(position)) return { outcome: 'tooOld' };
  const after = sortablePosition(position);
  const oldest = await db.selectFrom('changes').select('position').orderBy('position').limit(1).executeTakeFirst();
  // At the oldest kept change it cannot be told whether an older one of this tenant was trimmed, unless the client has just that one.
  if (oldest && after < oldest.position) return { outcome: 'tooOld' };
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('position', '>', after)
    .where('tenant', '=', tenant)
    .orderBy('position')
    .limit(max + 1)
    .execute();
  if (rows.length > max) return { outcome: 'tooOld' };
  return {
    outcome: 'known',
    changes: rows.map(row => ({
      approvalId: row.approval_id,
      type: row.type,
      revision: row.revision,
      position: plainPosition(row.position),
    })),
  };
};

/** Whether an event changes what people see of an approval: that somebody looked at it does not. */
export const isChange = ({ type }: Pick<LoggedEvent, 'type'>): boolean => type !== 'ApprovalViewed';

/** An event of the log as live clients see it: nothing private. */
export const liveEventOf = (event: LoggedEvent): LiveEvent => ({
  approvalId: idOf(event.stream),
  type: event.type,
  revision: event.revision,
  position: event.position,
});
