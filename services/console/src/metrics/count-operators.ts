import { METRICS_LIMITS, type MetricsReport, type OperatorFlag } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { since } from '../read-model/measure-row.ts';
import type { AttentionRow, ReadModelTables } from '../read-model/schema.ts';
import { durationsOf, quantile } from './durations.ts';
import { inChunks } from './in-chunks.ts';
import type { Period } from './period-of.ts';

type Operator = MetricsReport['operators'][number];
type Seen = { rejected: number; unopened: number; took: number[]; chars: number[]; perSec: number[]; votedMs: number[] };

/** A page on the screen for less than that was not timed well enough to say how fast somebody reads, seconds. */
const READ_SEC_MIN = 0.5;

/**
 * How each person decides: votes given in a period on live requests. What is odd is named, for people to talk about; nothing follows from it.
 * @param nameOf the name of an operator
 */
export const countOperators = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  period: Period,
  nameOf: (operatorId: string) => string,
): Promise<{ complete: boolean; operators: Operator[] }> => {
  const seen = new Map<string, Seen>();
  const complete = await inChunks(votesIn(db, tenant, period), row => {
    const of = seen.get(row.operator_id) ?? { rejected: 0, unopened: 0, took: [], chars: [], perSec: [], votedMs: [] };
    seen.set(row.operator_id, of);
    const { voted_at: votedAt, viewed_at: viewedAt, content_chars: chars } = row;
    if (votedAt === null) return;
    of.votedMs.push(Date.parse(votedAt));
    of.chars.push(chars);
    if (row.vote === 'rejected') of.rejected += 1;
    if (isUnopened(row)) of.unopened += 1;
    if (viewedAt === null || viewedAt > votedAt) return;
    const took = since(viewedAt, votedAt) ?? 0;
    of.took.push(took);
    of.perSec.push(chars / Math.max(took, READ_SEC_MIN));
  });
  const operators = [...seen].map(([operatorId, of]) => operatorOf(operatorId, nameOf(operatorId), of));
  return { complete, operators: operators.sort((a, b) => b.votes - a.votes || a.name.localeCompare(b.name)) };
};

/** Decided without what the agent saw on the screen: from a message, from a list, or before the page was read so far. */
const isUnopened = ({ context_at, voted_at }: AttentionRow): boolean => context_at === null || (voted_at !== null && context_at > voted_at);

const operatorOf = (operatorId: string, name: string, of: Seen): Operator => {
  const votes = of.votedMs.length;
  const ascending = (values: number[]) => values.toSorted((a, b) => a - b);
  const charsPerSec = quantile(ascending(of.perSec), 0.5);
  const bursts = burstsIn(ascending(of.votedMs));
  const counted = {
    operatorId,
    name,
    votes,
    rejected: of.rejected,
    decide: durationsOf(of.took),
    contentChars: quantile(ascending(of.chars), 0.5),
    charsPerSec: charsPerSec === null ? null : Math.round(charsPerSec * 10) / 10,
    bursts: bursts.length,
    inBursts: of.votedMs.filter(ms => bursts.some(([from, to]) => ms >= from && ms <= to)).length,
    unopened: of.unopened,
  };
  return { ...counted, flags: flagsOf(counted) };
};

const flagsOf = ({ votes, rejected, charsPerSec, bursts, unopened }: Omit<Operator, 'flags'>): OperatorFlag[] => {
  const flags: OperatorFlag[] = [];
  if (charsPerSec !== null && charsPerSec > METRICS_LIMITS.charsPerSecMax) flags.push('fasterThanReading');
  if (bursts > 0) flags.push('bursts');
  if (votes > 0 && unopened / votes > METRICS_LIMITS.unopenedShareMax) flags.push('unopened');
  if (votes >= METRICS_LIMITS.votesMin && rejected === 0) flags.push('neverRejects');
  return flags;
};

/** Stretches of votes in quick succession, each as [first, last] in milliseconds. @param votedMs ascending */
export const burstsIn = (votedMs: readonly number[]): [number, number][] => {
  const bursts: [number, number][] = [];
  let from = 0;
  for (let at = 1; at <= votedMs.length; at += 1) {
    const goesOn = at < votedMs.length && votedMs[at]! - votedMs[at - 1]! <= METRICS_LIMITS.burstSec * 1_000;
    if (goesOn) continue;
    if (at - from >= METRICS_LIMITS.burstVotes) bursts.push([votedMs[from]!, votedMs[at - 1]!]);
    from = at;
  }
  return bursts;
};

/** Votes of a period, the newest first. */
export const votesIn =
  (db: Kysely<ReadModelTables>, tenant: string, { from, to, agent }: Period) =>
  (after: AttentionRow | null, limit: number): Promise<AttentionRow[]> => {
    let select = db.selectFrom('attention').selectAll().where('tenant', '=', tenant).where('voted_at', '>=', from);
    if (agent !== null) select = select.where('agent_id', '=', agent);
    if (after === null) select = select.where('voted_at', '<', to);
    else {
      const { voted_at, approval_id, operator_id } = after;
      select = select
        .where('voted_at', '<=', voted_at)
        .where(eb =>
          eb.or([
            eb('voted_at', '<', voted_at),
            eb('approval_id', '<', approval_id),
            eb.and([eb('approval_id', '=', approval_id), eb('operator_id', '<', operator_id)]),
          ]),
        );
    }
    return select
      .where('test', '=', 0)
      .orderBy('voted_at', 'desc')
      .orderBy('approval_id', 'desc')
      .orderBy('operator_id', 'desc')
      .limit(limit)
      .execute();
  };
