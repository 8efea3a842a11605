import { idOf, type EventData } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import type { Projection } from './projection.ts';
import type { ReadModelTables, SnoozeRow } from './schema.ts';

/** `snoozes`: what whom put off until when. Few rows: those that are over go with the next one of the same organisation, whatever became of that. */
export const snoozesProjection: Projection = {
  name: 'snoozes',
  erasedToo: true,
  handle: async (events, tx) => {
    for (const event of events) {
      if (event.type !== 'ApprovalSnoozed') continue;
      const { by, until, at } = event.data as unknown as EventData<'ApprovalSnoozed'>;
      const { tenant } = event.metadata;
      const row: SnoozeRow = { approval_id: idOf(event.stream), operator_id: by.id, tenant, until_at: until };
      await tx.deleteFrom('snoozes').where('tenant', '=', tenant).where('until_at', '<=', at).execute();
      await tx
        .insertInto('snoozes')
        .values(row)
        .onConflict(conflict => conflict.columns(['approval_id', 'operator_id']).doUpdateSet({ until_at: until }))
        .execute();
    }
  },
};

/** What a person has put off and not got back yet, with until when, by id. */
export const snoozedBy = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  operatorId: string,
  now: string,
): Promise<Map<string, string>> => {
  const rows = await db
    .selectFrom('snoozes')
    .select(['approval_id', 'until_at'])
    .where('tenant', '=', tenant)
    .where('operator_id', '=', operatorId)
    .where('until_at', '>', now)
    .execute();
  return new Map(rows.map(row => [row.approval_id, row.until_at]));
};
