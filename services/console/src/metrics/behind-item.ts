import type { MeasureRow } from '../read-model/schema.ts';

/** Between the two halves of a cursor: neither an instant nor an id has it. */
export const BAR = '|';

/** A request as the lists behind numbers show it. Times are seconds from when people were asked; null where it never came to that. */
export const itemOf = (row: MeasureRow) => ({
  id: row.approval_id,
  agentId: row.agent_id,
  toolName: row.tool_name,
  riskLevel: row.risk_level,
  status: row.status,
  verdict: row.verdict,
  rule: row.policy_id === null ? null : `${row.policy_id}/${row.rule}`,
  requestedAt: row.requested_at,
  expiresAt: row.expires_at,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by_id,
  channel: row.channel,
  reachSec: row.reach_sec,
  openSec: row.open_sec,
  decideSec: row.decide_sec,
  escalations: row.escalations,
});

/** Where alerts are counted, a line is an alert and names its request. */
export type BehindItem = ReturnType<typeof itemOf> & {
  alert?: { id: string; to: string; at: string; state: string; errorClass: string | null };
};
