import type { Behind, BehindQuery } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { sql, type ExpressionBuilder, type ExpressionWrapper, type Kysely, type SqlBool } from 'kysely';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { ReadModelTables } from '../read-model/schema.ts';
import { BAR, type BehindItem, itemOf } from './behind-item.ts';
import { burstsIn, votesIn } from './count-operators.ts';
import { inChunks } from './in-chunks.ts';
import { listAlertsBehind } from './list-alerts-behind.ts';
import type { Period } from './period-of.ts';

type Db = Kysely<ReadModelTables>;
type Eb = ExpressionBuilder<ReadModelTables, 'measures'>;
type Is = ExpressionWrapper<ReadModelTables, 'measures', SqlBool>;

/** Alerts and answers count for every request, whoever asked and however: so do their lists. */
const OF_ALL: ReadonlySet<Behind> = new Set(['endpoint', 'undelivered']);

/**
 * The requests that a number of the metrics counts, newest first; the alerts where it counts alerts. As many as the number says.
 * @param nameOf the name of an operator
 * @throws CursorUnreadable when `cursor` is not one this list gave out; ProblemError 400 when `behind` needs another `value`
 */
export const listBehind = async (
  db: Db,
  tenant: string,
  period: Period,
  query: BehindQuery,
  nameOf: (operatorId: string) => string,
): Promise<{ items: BehindItem[]; nextCursor: string | null }> => {
  const { behind, value } = query;
  if (behind === 'channel') {
    const [channel = '', state = '', errorClass = ''] = needed(value).split('/');
    return listAlertsBehind(db, tenant, period, query, [channel, state, errorClass], nameOf);
  }
  const burst = behind === 'burstOf' ? await idsInBursts(db, tenant, period, needed(value)) : null;
  let select = db.selectFrom('measures').selectAll().where('tenant', '=', tenant);
  if (!OF_ALL.has(behind)) select = select.where('test', '=', 0);
  if (!OF_ALL.has(behind) && period.agent !== null) select = select.where('agent_id', '=', period.agent);
  if (burst !== null) select = select.where('approval_id', 'in', burst);
  else if (DATED[behind] !== undefined) select = select.where(eb => DATED[behind]!(eb, period, needed(value)));
  else if (behind === 'unfinished' || behind === 'undelivered') select = select.where(eb => NOW[behind](eb, value));
  else
    select = select
      .where('requested_at', '>=', period.from)
      .where('requested_at', '<', period.to)
      .where(eb => ASKED[behind as Asked](eb, value));
  if (query.cursor !== undefined) {
    const [requestedAt = '', id = ''] = readCursor(query.cursor).split(BAR);
    select = select.where(eb =>
      eb.or([eb('requested_at', '<', requestedAt), eb.and([eb('requested_at', '=', requestedAt), eb('approval_id', '<', id)])]),
    );
  }
  const rows = await select
    .orderBy('requested_at', 'desc')
    .orderBy('approval_id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor = rows.length > page.length && last ? writeCursor(`${last.requested_at}${BAR}${last.approval_id}`) : null;
  return { items: page.map(itemOf), nextCursor };
};

const needed = (value: string | undefined): string => {
  if (value !== undefined && value !== '') return value;
  throw unfit('is needed for this list');
};
const unfit = (detail: string): ProblemError =>
  new ProblemError('invalid_query', 400, 'This list needs to be told of what.', { errors: [{ pointer: '/value', detail }] });
/** `a/b` → both; what has no `/` has an empty second half. */
const halves = (value: string | undefined): [string, string] => {
  const text = needed(value);
  const at = text.lastIndexOf('/');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

type Asked = Exclude<Behind, 'operator' | 'rejectedBy' | 'unopenedBy' | 'burstOf' | 'channel' | 'endpoint' | 'unfinished' | 'undelivered'>;
const SLOW = { reach: 'reach_sec', open: 'open_sec', decide: 'decide_sec' } as const;

const byPeople = (eb: Eb, status: string): Is =>
  eb.and([eb('asked_at', 'is not', null), eb('decided_kind', '=', 'operator'), eb('status', '=', status)]);
/** What became of a rule's requests that came before people. */
const RULE_ENDS: Readonly<Record<string, (eb: Eb) => Is>> = {
  asked: eb => eb.and([]),
  people: eb => eb.and([eb('asked_at', 'is not', null)]),
  approved: eb => byPeople(eb, 'approved'),
  modified: eb => byPeople(eb, 'modified'),
  rejected: eb => byPeople(eb, 'rejected'),
  expired: eb => eb.and([eb('asked_at', 'is not', null), eb('status', '=', 'expired')]),
};

/** Of the requests asked in the period. */
const ASKED: Record<Asked, (eb: Eb, value: string | undefined) => Is> = {
  asked: eb => eb.and([]),
  automatic: eb => eb.and([eb('decided_kind', '=', 'rule')]),
  people: eb => eb.and([eb('asked_at', 'is not', null)]),
  decided: eb => eb.and([eb('asked_at', 'is not', null), eb('decided_kind', '=', 'operator')]),
  inTime: eb => eb.and([eb('asked_at', 'is not', null), eb('decided_kind', '=', 'operator'), eb('decided_at', '<=', eb.ref('expires_at'))]),
  expired: eb => eb.and([eb('asked_at', 'is not', null), eb('status', '=', 'expired')]),
  escalated: eb => eb.and([eb('escalations', '>', 0)]),
  exhausted: eb => eb.and([eb('exhausted', '=', 1)]),
  verdict: (eb, value) => eb.and([eb('verdict', '=', needed(value))]),
  status: (eb, value) => eb.and([eb('status', '=', needed(value))]),
  rule: (eb, value) => {
    const [policy = '', rule = '', ended = 'asked'] = needed(value).split('/');
    const of = eb.and([eb('policy_id', '=', policy), eb('rule', '=', rule)]);
    const how = RULE_ENDS[ended];
    if (how === undefined) throw unfit(`must end with one of ${Object.keys(RULE_ENDS).join(', ')}, or with the rule`);
    return eb.and([of, how(eb)]);
  },
  slow: (eb, value) => {
    const [leg, seconds] = halves(value);
    const column = SLOW[leg as keyof typeof SLOW] as (typeof SLOW)[keyof typeof SLOW] | undefined;
    if (column === undefined || !Number.isFinite(Number(seconds))) throw unfit('must be reach, open or decide, a slash, and seconds');
    return eb.and([eb(column, '>=', Number(seconds))]);
  },
};

const votes = (eb: Eb, { from, to }: Period, operatorId: string) =>
  eb
    .selectFrom('attention')
    .select('attention.approval_id')
    .whereRef('attention.approval_id', '=', 'measures.approval_id')
    .where('attention.operator_id', '=', operatorId)
    .where('attention.voted_at', '>=', from)
    .where('attention.voted_at', '<', to);

/** Of what a person said, an alert was begun for, or an app was to be told in the period. */
const DATED: Partial<Record<Behind, (eb: Eb, period: Period, value: string) => Is>> = {
  operator: (eb, period, value) => eb.and([eb.exists(votes(eb, period, value))]),
  rejectedBy: (eb, period, value) => eb.and([eb.exists(votes(eb, period, value).where('attention.vote', '=', 'rejected'))]),
  unopenedBy: (eb, period, value) =>
    eb.and([
      eb.exists(votes(eb, period, value).where(of => of.or([of('context_at', 'is', null), of('context_at', '>', of.ref('voted_at'))]))),
    ]),
  endpoint: (eb, { from, to }, value) => {
    const [name, state] = halves(value);
    let owed = eb
      .selectFrom('deliveries')
      .select('deliveries.approval_id')
      .whereRef('deliveries.approval_id', '=', 'measures.approval_id')
      .where('deliveries.callback_state', '!=', 'none')
      .where('deliveries.kind', '=', 'decision')
      .where(sql<string>`coalesce(deliveries.endpoint_id, deliveries.host, '')`, '=', name)
      .where('deliveries.owed_at', '>=', from)
      .where('deliveries.owed_at', '<', to);
    if (state !== '') owed = owed.where('deliveries.callback_state', '=', state);
    return eb.and([eb.exists(owed)]);
  },
};

/** Of what is not finished now, whenever it began. */
const NOW = {
  unfinished: (eb: Eb, value: string | undefined): Is => {
    if (value !== undefined && value !== 'gating') throw unfit('must be gating, or nothing');
    const gating = eb.exists(
      eb
        .selectFrom('approvals')
        .select('approvals.id')
        .whereRef('approvals.id', '=', 'measures.approval_id')
        .where('approvals.phase', '=', 'gating'),
    );
    return eb.and([eb('status', '=', 'pending'), ...(value === 'gating' ? [gating] : [])]);
  },
  undelivered: (eb: Eb, value: string | undefined): Is => {
    const [what, state] = halves(value);
    const column = what === 'resume' ? 'deliveries.resume_state' : 'deliveries.callback_state';
    let owed = eb
      .selectFrom('deliveries')
      .select('deliveries.approval_id')
      .whereRef('deliveries.approval_id', '=', 'measures.approval_id')
      .where(column, '=', state);
    if (what !== 'resume') owed = owed.where('deliveries.kind', '=', 'decision');
    return eb.and([eb.exists(owed)]);
  },
};

/** Requests that somebody decided in quick succession. */
const idsInBursts = async (db: Db, tenant: string, period: Period, operatorId: string): Promise<string[]> => {
  const votedBy: { id: string; ms: number }[] = [];
  await inChunks(votesIn(db, tenant, period), row => {
    if (row.operator_id === operatorId && row.voted_at !== null) votedBy.push({ id: row.approval_id, ms: Date.parse(row.voted_at) });
  });
  const bursts = burstsIn(votedBy.map(({ ms }) => ms).sort((a, b) => a - b));
  const within = votedBy.filter(({ ms }) => bursts.some(([from, to]) => ms >= from && ms <= to)).map(({ id }) => id);
  // A list of none is no SQL; an id that nothing has is.
  return within.length === 0 ? [''] : within.slice(0, BURST_IDS_MAX);
};
/** SQLite takes 32 766 parameters, and nobody pages through more. */
const BURST_IDS_MAX = 10_000;
