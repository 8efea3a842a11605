import { idOf } from '@holdpoint/contracts';
import { isChange } from './changes.ts';
import { sortablePosition } from './schema.ts';
import type { Projection } from './projection.ts';
import { rowWriter } from './write-rows.ts';

/** Changes kept for clients that come back: at 1 000 events a second still the last minute, some 10 MB of rows. */
const CHANGES_KEPT = 60_000;
/** Old changes are dropped once per this many written, so that trimming costs next to nothing. */
const TRIM_EVERY = 5_000;

/** `changes`: what a live stream resumes from. Bounded: who was away longer is told to read the page again. */
export const changesProjection = (): Projection => {
  let sinceTrim = 0;
  return {
    name: 'changes',
    erasedToo: true,
    handle: async (events, tx) => {
      const rows = events.filter(isChange).map(event => ({
        position: sortablePosition(event.position),
        tenant: event.metadata.tenant,
        approval_id: idOf(event.stream),
        type: event.type,
        revision: event.revision,
      }));
      await writeChanges(tx, rows);
      sinceTrim += rows.length;
      if (sinceTrim < TRIM_EVERY) return;
      sinceTrim = 0;
      const oldest = await tx
        .selectFrom('changes')
        .select('position')
        .orderBy('position', 'desc')
        .offset(CHANGES_KEPT)
        .limit(1)
        .executeTakeFirst();
      if (oldest) await tx.deleteFrom('changes').where('position', '<=', oldest.position).execute();
    },
  };
};

const writeChanges = rowWriter('changes', ['position', 'tenant', 'approval_id', 'type', 'revision'], ['position']);
