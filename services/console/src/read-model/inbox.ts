import { SENIOR_ROLES, type InboxItem, type InboxPage, type InboxQuery, type Role } from '@holdpoint/contracts';
import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { roleMask } from './approval-row.ts';
import { likePattern, readCursor, writeCursor } from './paging.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';
import { tallyOf } from './tallies.ts';

/** Whoever looks at the inbox, with the roles held now and the agents this person owns (who may be barred as requester). */
export type Viewer = { operatorId: string; tenant: string; roles: readonly Role[]; ownedAgents: readonly string[]; now: string };

const SENIOR_MASK = roleMask(SENIOR_ROLES);
/** Counts may be this old, ms: they cost a pass over the open rows, and many browsers ask at once after each change. */
const COUNTS_KEPT_MS = 500;

/**
 * One page of an inbox view.
 * `mine` is what the viewer may decide now; `team` what waits for one of the viewer's roles, claimed or not; `decided` newest first.
 * @throws CursorUnreadable when `cursor` is not one this function gave out.
 */
export const readInbox = async (
  db: Kysely<ReadModelTables>,
  query: InboxQuery,
  viewer: Viewer,
  agentNameOf: (agentId: string) => string | null,
): Promise<InboxPage> => {
  const counts = await countViews(db, viewer);
  if (query.view === 'snoozed') return { items: [], nextCursor: null, counts };
  let select = db
    .selectFrom('approvals')
    .selectAll()
    .where('tenant', '=', viewer.tenant)
    .where('open', '=', query.view === 'decided' ? 0 : 1);
  if (query.view === 'mine' || query.view === 'team') select = select.where(isAsked(viewer));
  if (query.view === 'mine') select = select.where(isFreeFor(viewer));
  if (query.risk) select = select.where('risk_level', '=', query.risk);
  if (query.agent) select = select.where('agent_id', '=', query.agent);
  if (query.q) select = select.where(sql<boolean>`search_text like ${likePattern(query.q)} escape '\\'`);
  if (query.cursor) select = select.where('sort_key', '>', readCursor(query.cursor));
  // One row more than asked for tells whether there is a next page.
  const rows = await select
    .orderBy('sort_key')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(row => itemOf(row, viewer, agentNameOf)),
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
});

type AudienceRow = Pick<
  ApprovalRow,
  | 'phase'
  | 'agent_id'
  | 'principal_id'
  | 'role_mask'
  | 'named_operators'
  | 'senior_only'
  | 'voted_operators'
  | 'exclude_requester'
  | 'claimed_by_id'
  | 'claim_expires_at'
>;

/** Whether the viewer may decide the open step now. A list's answer; `decision` checks again when the decision comes. */
export const mayDecideRow = (row: AudienceRow, viewer: Viewer): boolean => isAskedRow(row, viewer) && isFreeRow(row, viewer);

const isAskedRow = (row: AudienceRow, { roles, operatorId }: Viewer): boolean => {
  const mask = roleMask(roles);
  const asked = (row.role_mask & mask) !== 0 || row.named_operators.includes(`|${operatorId}|`);
  return row.phase === 'review' && asked && (row.senior_only === 0 || (mask & SENIOR_MASK) !== 0);
};

const isFreeRow = (row: AudienceRow, { operatorId, ownedAgents, now }: Viewer): boolean => {
  const claimedByOther = row.claimed_by_id !== null && row.claimed_by_id !== operatorId && (row.claim_expires_at ?? '') > now;
  const barred = row.exclude_requester === 1 && (row.principal_id === operatorId || ownedAgents.includes(row.agent_id));
  return !claimedByOther && !barred && !row.voted_operators.includes(`|${operatorId}|`);
};

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
  ({ operatorId, ownedAgents, now }: Viewer): Where =>
  eb =>
    eb.and([
      eb.or([eb('claimed_by_id', 'is', null), eb('claimed_by_id', '=', operatorId), eb('claim_expires_at', '<=', now)]),
      eb('voted_operators', 'not like', `%|${operatorId}|%`),
      eb.or([
        eb('exclude_requester', '=', 0),
        eb.and([
          eb.or([eb('principal_id', 'is', null), eb('principal_id', '<>', operatorId)]),
          ...(ownedAgents.length === 0 ? [] : [eb('agent_id', 'not in', [...ownedAgents])]),
        ]),
      ]),
    ]);

type Audience = AudienceRow & { count: number };
type CountedAudiences = { at: number; audiences: Promise<readonly Audience[]> };
/** By database and tenant: all of a tenant's browsers share one pass over its open rows. */
const counted = new WeakMap<Kysely<ReadModelTables>, Map<string, CountedAudiences>>();

const countViews = async (db: Kysely<ReadModelTables>, viewer: Viewer): Promise<InboxPage['counts']> => {
  const [audiences, decided] = await Promise.all([openAudiences(db, viewer.tenant), tallyOf(db, viewer.tenant, 'decided')]);
  const counts = { mine: 0, team: 0, all: 0, snoozed: 0, decided };
  for (const audience of audiences) {
    counts.all += audience.count;
    if (!isAskedRow(audience, viewer)) continue;
    counts.team += audience.count;
    if (isFreeRow(audience, viewer)) counts.mine += audience.count;
  }
  return counts;
};

/** Open approvals grouped by who may decide them: a handful of groups however many rows, from which every viewer's counts follow. */
const openAudiences = (db: Kysely<ReadModelTables>, tenant: string): Promise<readonly Audience[]> => {
  const byTenant = counted.get(db) ?? new Map<string, CountedAudiences>();
  counted.set(db, byTenant);
  const known = byTenant.get(tenant);
  const at = performance.now();
  if (known && at - known.at < COUNTS_KEPT_MS) return known.audiences;
  const keys = [
    ...(['phase', 'role_mask', 'named_operators', 'senior_only', 'voted_operators', 'exclude_requester'] as const),
    ...(['claimed_by_id', 'claim_expires_at'] as const),
  ];
  // Who asked matters only where the requester is barred; elsewhere it would split the groups for nothing.
  const barring = sql<string | null>`case when exclude_requester = 1 then principal_id end`;
  const barringAgent = sql<string>`case when exclude_requester = 1 then agent_id else '' end`;
  const audiences = db
    .selectFrom('approvals')
    .select([...keys, barring.as('principal_id'), barringAgent.as('agent_id')])
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('open', '=', 1)
    .groupBy([...keys, barring, barringAgent])
    .execute()
    .then(groups => groups.map(group => ({ ...group, count: Number(group.count) })));
  byTenant.set(tenant, { at, audiences });
  audiences.catch(() => byTenant.delete(tenant));
  return audiences;
};
