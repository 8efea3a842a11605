import type { RelatedApprovals } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { itemOf, type Viewer } from './inbox.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';

/** Shown of each kind: enough to see a pattern. */
const SHOWN = 5;

/**
 * What was asked before about the same entity, in the same run, and by the same agent, newest first; nothing is listed twice, the closest tie first.
 * @returns null when there is no such approval in the viewer's organisation
 */
export const relatedApprovals = async (
  db: Kysely<ReadModelTables>,
  viewer: Viewer,
  id: string,
  agentNameOf: (agentId: string) => string | null,
): Promise<RelatedApprovals | null> => {
  const ofOurs = db.selectFrom('approvals').selectAll().where('tenant', '=', viewer.tenant);
  const row = await ofOurs.where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const listed = new Set([id]);
  const earlier = async (name: 'entity_id' | 'run_id' | 'agent_id', value: string | null): Promise<ApprovalRow[]> => {
    if (value === null) return [];
    const found = await ofOurs
      .where(name, '=', value)
      .where('requested_at', '<=', row.requested_at)
      .where('test', '=', row.test)
      .where('id', 'not in', [...listed])
      .orderBy('requested_at', 'desc')
      .limit(SHOWN)
      .execute();
    for (const other of found) listed.add(other.id);
    return found;
  };
  const items = (rows: ApprovalRow[]) => rows.map(other => itemOf(other, viewer, agentNameOf));
  return {
    entity: items(await earlier('entity_id', row.entity_id)),
    run: items(await earlier('run_id', row.run_id)),
    agent: items(await earlier('agent_id', row.agent_id)),
  };
};
