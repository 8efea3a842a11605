import type { Directory } from '@holdpoint/directory';
import { gapsOf, nextHandoff, onCall } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';

const DAY_MS = 86_400_000;
/** Hand-overs named: office hours over the longest look ahead have four a day. */
const TURNS_MAX = 200;

type Turn = { from: string; to: string; operators: { id: string; name: string | null }[] };

/**
 * Who is on call from an instant on, turn by turn, and the stretches in which nobody is.
 * @throws ProblemError 404
 */
export const onCallAhead = (directory: Directory, tenant: string, id: string, from: string, days: number) => {
  const document = directory.schedule(tenant, id);
  if (!document) throw new ProblemError('not_found', 404, `There is no schedule ${JSON.stringify(id.slice(0, 64))}.`);
  const end = new Date(Date.parse(from) + days * DAY_MS).toISOString();
  const turns: Turn[] = [];
  let at = from;
  while (at < end && turns.length < TURNS_MAX) {
    const next = nextHandoff(document, at);
    const to = next === null || next.at > end ? end : next.at;
    const operators = onCall(document, at).map(operatorId => ({ id: operatorId, name: directory.operator(operatorId)?.name ?? null }));
    turns.push({ from: at, to, operators });
    at = to;
  }
  return { from, to: end, turns, gaps: gapsOf(document, from, end) };
};
