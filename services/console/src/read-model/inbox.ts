import { SENIOR_ROLES, type InboxItem, type InboxPage, type InboxQuery, type Role } from '@holdpoint/contracts';
import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { roleMask } from './approval-row.ts';
import { likePattern, readCursor, writeCursor } from './paging.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';
import { snoozedBy } from './snoozes.projection.ts';
import { readTallies, type Audience } from './tallies.ts';

/**
 * Whoever looks at the inbox, with the roles held now and the agents this person owns: a requester may be barred, though not in an
 * organisation in solo mode.
 */
export type Viewer = {
  operatorId: string;
  tenant: string;
  roles: readonly Role[];
  ownedAgents: readonly string[];
  solo: boolean;
  now: string;
};

const SENIOR_MASK = roleMask(SENIOR_ROLES);
/**
 * One page of an inbox view.
 * `mine` is what the viewer may decide now and has not put off; `team` what waits for one of the viewer's roles, claimed or not; `snoozed` what
 * the viewer has put off; `decided` newest first.
 * @throws CursorUnreadable when `cursor` is not one this function gave out.
 */
export const readInbox = async (
  db: Kysely<ReadModelTables>,
  query: InboxQuery,
  viewer: Viewer,
  agentNameOf: (agentId: string) => string | null,
): Promise<InboxPage> => {
  const snoozedUntil = await snoozedBy(db, viewer.tenant, viewer.operatorId, viewer.now);
  const snoozed = [...snoozedUntil.keys()];
  const counts = await countViews(db, viewer, snoozed);
  let select = db
    .selectFrom('approvals')
    .selectAll()
    .where('tenant', '=', viewer.tenant)
    .where('open', '=', query.view === 'decided' ? 0 : 1);
  if (query.view === 'mine' || query.view === 'team') select = select.where(isAsked(viewer));
  if (query.view === 'mine') select = select.where(isFreeFor(viewer));
  if (query.view === 'mine' && snoozed.length > 0) select = select.where('id', 'not in', snoozed);
  if (query.view === 'snoozed') {
    if (snoozed.length === 0) return { items: [], nextCursor: null, counts };
    select = select.where('id', 'in', snoozed);
  }
  if (query.risk) select = select.where('risk_level', '=', query.risk);
  if (query.agent) select = select.where('agent_id', '=', query.agent);
  if (query.q) select = select.where(sql<boolean>`${searched} like ${likePattern(query.q)} escape '\\'`);
  if (query.cursor) select = select.where('sort_key', '>', readCursor(query.cursor));
  // One row more than asked for tells whether there is a next page.
  const rows = await select
    .orderBy('sort_key')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({ ...itemOf(row, viewer, agentNameOf), snoozedUntil: snoozedUntil.get(row.id) ?? null })),
    nextCursor: rows.length > page.length && last ? writeCursor(last.sort_key) : null,
    counts,
  };
};

/** The row as the operators' API shows it. */
export const itemOf = (row: ApprovalRow, viewer: Viewer, agentNameOf: (agentId: string) => string | null): InboxItem => ({
  id: row.id,
  revision: row.revision,
  status: row.status,
  phase: row.phase,
  riskLevel: row.risk_level as InboxItem['riskLevel'],
  source: row.source,
  agentId: row.agent_id,
  agentName: row.agent_name ?? agentNameOf(row.agent_id),
  toolName: row.tool_name,
  contextSummary: row.context_summary,
  proposedAction: row.proposed_action,
  entityId: row.entity_id,
  amount: row.amount,
  currency: row.currency,
  verdict: row.verdict as InboxItem['verdict'],
  stepName: row.step_name,
  escalationLevel: row.escalation_level,
  claimedBy:
    row.claimed_by !== null && row.claim_expires_at !== null && row.claim_expires_at > viewer.now ? JSON.parse(row.claimed_by) : null,
  requestedAt: row.requested_at,
  expiresAt: row.expires_at,
  escalateAt: row.escalate_at,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by === null ? null : JSON.parse(row.decided_by),
  mayDecide: mayDecideRow(row, viewer),
  flagged: row.flagged === 1,
});

/** Whether the viewer may decide the open step now. A list's answer; `decision` checks again when the decision comes. */
export const mayDecideRow = (row: Audience, viewer: Viewer): boolean => isAskedRow(row, viewer) && isFreeRow(row, viewer);

const isAskedRow = (row: Audience, { roles, operatorId }: Viewer): boolean => {
  const mask = roleMask(roles);
  const asked = (row.role_mask & mask) !== 0 || row.named_operators.includes(`|${operatorId}|`);
  return row.phase === 'review' && asked && (row.senior_only === 0 || (mask & SENIOR_MASK) !== 0);
};

const isFreeRow = (row: Audience, { operatorId, ownedAgents, solo, now }: Viewer): boolean => {
  const claimedByOther = row.claimed_by_id !== null && row.claimed_by_id !== operatorId && (row.claim_expires_at ?? '') > now;
  const barred = !solo && row.exclude_requester === 1 && (row.principal_id === operatorId || ownedAgents.includes(row.agent_id));
  return !claimedByOther && !barred && !row.voted_operators.includes(`|${operatorId}|`);
};

/** What `q` is looked for in. A column of its own would double the rows; the open ones are few enough to be lowered while reading. */
const searched = sql`lower(id || ' ' || tool_name || ' ' || entity_id || ' ' || agent_id || ' ' || context_summary || ' ' || proposed_action)`;

type Where = (eb: ExpressionBuilder<ReadModelTables, 'approvals'>) => ReturnType<ExpressionBuilder<ReadModelTables, 'approvals'>['and']>;

/** {@link isAskedRow} in SQL. */
const isAsked =
  ({ roles, operatorId }: Viewer): Where =>
  eb => {
    const mask = roleMask(roles);
    const asked = eb.or([sql<boolean>`(role_mask & ${mask}) <> 0`, eb('named_operators', 'like', `%|${operatorId}|%`)]);
    return eb.and([eb('phase', '=', 'review'), asked, ...((mask & SENIOR_MASK) === 0 ? [eb('senior_only', '=', 0)] : [])]);
  };

/** {@link isFreeRow} in SQL. */
const isFreeFor =
  ({ operatorId, ownedAgents, solo, now }: Viewer): Where =>
  eb =>
    eb.and([
      eb.or([eb('claimed_by_id', 'is', null), eb('claimed_by_id', '=', operatorId), eb('claim_expires_at', '<=', now)]),
      eb('voted_operators', 'not like', `%|${operatorId}|%`),
      isNotBarred(operatorId, ownedAgents, solo)(eb),
    ]);

/** In SQL: the step takes the requester's vote, or the viewer is not the one who asks. */
const isNotBarred =
  (operatorId: string, ownedAgents: readonly string[], solo: boolean): Where =>
  eb => {
    if (solo) return eb.and([]);
    const isNotPrincipal = eb.or([eb('principal_id', 'is', null), eb('principal_id', '<>', operatorId)]);
    const isNotOwner = ownedAgents.length === 0 ? [] : [eb('agent_id', 'not in', [...ownedAgents])];
    return eb.or([eb('exclude_requester', '=', 0), eb.and([isNotPrincipal, ...isNotOwner])]);
  };

/** Tallies know no persons: what the viewer has put off, a few rows, is counted by itself and taken out of `mine`. */
const countViews = async (db: Kysely<ReadModelTables>, viewer: Viewer, snoozed: readonly string[]): Promise<InboxPage['counts']> => {
  const { decided, open } = await readTallies(db, viewer.tenant);
  const counts = { mine: 0, team: 0, all: 0, snoozed: 0, decided };
  for (const { audience, count } of open) {
    counts.all += count;
    if (!isAskedRow(audience, viewer)) continue;
    counts.team += count;
    if (isFreeRow(audience, viewer)) counts.mine += count;
  }
  for (const row of await openOf(db, viewer.tenant, snoozed)) {
    counts.snoozed += 1;
    if (mayDecideRow(row, viewer)) counts.mine -= 1;
  }
  return counts;
};

const openOf = async (db: Kysely<ReadModelTables>, tenant: string, ids: readonly string[]): Promise<ApprovalRow[]> =>
  ids.length === 0
    ? []
    : db
        .selectFrom('approvals')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('open', '=', 1)
        .where('id', 'in', [...ids])
        .execute();
