import { categoryOf, idOf, type EventData } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Transaction } from 'kysely';
import { breathe } from './breathe.ts';
import type { ReadModelTables } from './schema.ts';
import { countRows } from './tallies.ts';

type Tx = Transaction<ReadModelTables>;

/** Keys per `in (…)` list. */
const LOOKUP_MAX = 64;
/** Tables that have rows about an approval, by its id. `changes` is none of them: browsers resume from it, and it has ids and types alone. */
const ABOUT_APPROVALS = ['deliveries', 'after_reviews', 'snoozes', 'measures', 'attention', 'alerts', 'legal_holds'] as const;

/**
 * Which of the approvals in a batch are erased by its end, whether that was ordered in it or before. Their events make no rows: receipts of alerts,
 * for example, may come long after.
 * @param events in log order
 */
export const erasedIn = async (events: readonly LoggedEvent[], tx: Tx): Promise<ReadonlySet<string>> => {
  const erased = new Set<string>();
  const begun = new Set<string>();
  const known = new Set<string>();
  for (const event of events) {
    const id = idOf(event.stream);
    if (isOrder(event)) erased.add(id);
    // Whatever begins in this batch cannot have been erased before it.
    if (event.type === 'ApprovalRequested') begun.add(id);
    if (!begun.has(id) && !erased.has(id)) known.add(id);
  }
  await inChunks([...known], async chunk => {
    for (const row of await tx.selectFrom('erased').select('approval_id').where('approval_id', 'in', chunk).execute())
      erased.add(row.approval_id);
  });
  return erased;
};

/**
 * Takes erased approvals out of every table and counts them no longer; what is left says who ordered it, when, and when it was done.
 * @param erased as {@link erasedIn} gives them for these events, none of which made a row
 */
export const eraseRows = async (events: readonly LoggedEvent[], erased: ReadonlySet<string>, tx: Tx): Promise<void> => {
  if (erased.size === 0) return;
  await inChunks([...erased], async chunk => {
    const rows = await tx.selectFrom('approvals').selectAll().where('id', 'in', chunk).execute();
    await countRows(
      tx,
      rows.map(row => [row, undefined] as const),
    );
    await tx.deleteFrom('approvals').where('id', 'in', chunk).execute();
    for (const table of ABOUT_APPROVALS) await tx.deleteFrom(table).where('approval_id', 'in', chunk).execute();
  });
  for (const event of events) {
    if (isOrder(event)) await writeOrder(event, tx);
    else if (event.type === 'ApprovalErased') await writeDone(event, tx);
  }
};

const isOrder = (event: LoggedEvent): boolean => event.type === 'ErasureOrdered' && categoryOf(event.stream) === 'approval';

const writeOrder = async (event: LoggedEvent, tx: Tx): Promise<void> => {
  const { ground, by, reason, at } = event.data as EventData<'ErasureOrdered'>;
  const order = { tenant: event.metadata.tenant, ground, ordered_by: JSON.stringify(by), reason, ordered_at: at };
  await tx
    .insertInto('erased')
    .values({ approval_id: idOf(event.stream), ...order, done_at: null })
    .onConflict(conflict => conflict.column('approval_id').doNothing())
    .execute();
};

const writeDone = async (event: LoggedEvent, tx: Tx): Promise<void> => {
  const { at } = event.data as EventData<'ApprovalErased'>;
  await tx.updateTable('erased').set({ done_at: at }).where('approval_id', '=', idOf(event.stream)).execute();
};

const inChunks = async (ids: readonly string[], each: (chunk: string[]) => Promise<void>): Promise<void> => {
  for (let at = 0; at < ids.length; at += LOOKUP_MAX) {
    await each(ids.slice(at, at + LOOKUP_MAX));
    await breathe();
  }
};
