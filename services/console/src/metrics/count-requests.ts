import { METRICS_LIMITS, type MetricsReport } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import type { MeasureRow, ReadModelTables } from '../read-model/schema.ts';
import { durationsOf, quantile } from './durations.ts';
import { inChunks } from './in-chunks.ts';
import { bucketsOf, type Period } from './period-of.ts';

type Rule = MetricsReport['rules'][number];
type Counted = Pick<
  MetricsReport,
  'complete' | 'over' | 'volume' | 'verdicts' | 'statuses' | 'times' | 'deadline' | 'escalations' | 'rules'
>;

/** Everything that is counted of the live requests asked in a period. Test requests do not count. */
export const countRequests = async (db: Kysely<ReadModelTables>, tenant: string, period: Period): Promise<Counted> => {
  const buckets = bucketsOf(period);
  const zeros = () => buckets.starts.map(() => 0);
  const over = { asked: zeros(), people: zeros(), expired: zeros(), decide: buckets.starts.map((): number[] => []) };
  const volume = { asked: 0, automatic: 0, people: 0, decided: 0 };
  const verdicts = new Map<string, number>();
  const statuses = new Map<string, number>();
  const times = { reach: [] as number[], open: [] as number[], decide: [] as number[] };
  const deadline = { inTime: 0, expired: 0 };
  const escalations = { escalated: 0, levels: 0, exhausted: 0 };
  const rules = new Map<string, Rule>();

  const complete = await inChunks(rowsIn(db, tenant, period), row => {
    const at = buckets.at(row.requested_at);
    const people = row.asked_at !== null;
    add(over.asked, at);
    volume.asked += 1;
    count(statuses, row.status);
    if (row.verdict !== null) count(verdicts, row.verdict);
    if (row.decided_kind === 'rule') volume.automatic += 1;
    if (row.escalations > 0) escalations.escalated += 1;
    escalations.levels += row.escalations;
    escalations.exhausted += row.exhausted;
    countRule(rules, row);
    if (!people) return;
    add(over.people, at);
    volume.people += 1;
    for (const name of ['reach', 'open', 'decide'] as const) {
      const took = row[`${name}_sec`];
      if (took !== null) times[name].push(took);
    }
    if (row.decide_sec !== null) over.decide[at]?.push(row.decide_sec);
    if (row.decided_kind === 'operator') volume.decided += 1;
    if (isInTime(row)) deadline.inTime += 1;
    if (row.status !== 'expired') return;
    add(over.expired, at);
    deadline.expired += 1;
  });

  const decideOver = over.decide.map(values => values.toSorted((a, b) => a - b));
  return {
    complete,
    over: {
      bucketSec: buckets.bucketSec,
      starts: buckets.starts,
      asked: over.asked,
      people: over.people,
      expired: over.expired,
      decideP50: decideOver.map(values => quantile(values, 0.5)),
      decideP90: decideOver.map(values => quantile(values, 0.9)),
    },
    volume,
    verdicts: mostFirst(verdicts).map(([verdict, count]) => ({ verdict, count })),
    statuses: mostFirst(statuses).map(([status, count]) => ({ status, count })),
    times: { reach: durationsOf(times.reach), open: durationsOf(times.open), decide: durationsOf(times.decide) },
    deadline,
    escalations,
    rules: [...rules.values()].map(withNoise).sort((a, b) => b.asked - a.asked || a.rule.localeCompare(b.rule)),
  };
};

/** Decided by a person before the request would have ended. */
const isInTime = ({ decided_kind, decided_at, expires_at }: MeasureRow): boolean =>
  decided_kind === 'operator' && decided_at !== null && decided_at <= expires_at;

const countRule = (rules: Map<string, Rule>, { policy_id, rule, status, asked_at, decided_kind }: MeasureRow): void => {
  if (policy_id === null || rule === null) return;
  const key = `${policy_id}/${rule}`;
  const none = { policy: policy_id, rule, asked: 0, people: 0, approved: 0, rejected: 0, modified: 0, expired: 0, noise: false };
  const known = rules.get(key) ?? none;
  rules.set(key, known);
  known.asked += 1;
  if (asked_at === null) return;
  known.people += 1;
  if (status === 'expired') known.expired += 1;
  if (decided_kind !== 'operator') return;
  if (status === 'approved') known.approved += 1;
  if (status === 'rejected') known.rejected += 1;
  if (status === 'modified') known.modified += 1;
};

const withNoise = (rule: Rule): Rule => {
  const decided = rule.approved + rule.rejected + rule.modified;
  return { ...rule, noise: decided >= METRICS_LIMITS.noiseRequests && rule.approved === decided };
};

const rowsIn =
  (db: Kysely<ReadModelTables>, tenant: string, { from, to, agent }: Period) =>
  (after: MeasureRow | null, limit: number): Promise<MeasureRow[]> => {
    let select = db.selectFrom('measures').selectAll().where('tenant', '=', tenant).where('requested_at', '>=', from);
    if (agent !== null) select = select.where('agent_id', '=', agent);
    // The first condition is what an index can use; the second says where exactly the page before ended.
    if (after === null) select = select.where('requested_at', '<', to);
    else {
      const { requested_at, approval_id } = after;
      select = select
        .where('requested_at', '<=', requested_at)
        .where(eb => eb.or([eb('requested_at', '<', requested_at), eb('approval_id', '<', approval_id)]));
    }
    return select.where('test', '=', 0).orderBy('requested_at', 'desc').orderBy('approval_id', 'desc').limit(limit).execute();
  };

const add = (counts: number[], at: number): void => {
  if (counts[at] !== undefined) counts[at] += 1;
};
const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
const mostFirst = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
