import type { AmountBand, EscalationPolicy, HistoryFact, WorkingHours } from '@holdpoint/contracts';

/** Actions of an agent that people took back from the rules. */
export type ReturnedBand = { agentId: string; tool: string; band: AmountBand };

/** Everything the gate needs beside the policy and the request. It reads no clock, no log and no dice: they come in as values. */
export type GateContext = {
  /** The instant of the evaluation. */
  now: string;
  /** 0 to 1, the same for the same approval whenever it is evaluated: decides whether an automatic approval is sampled. */
  random: number;
  /** Value of a history fact for this request; null when it is not known. Without it no history fact is known. */
  history?: (fact: HistoryFact, name: string) => number | null;
  workingHours: WorkingHours | null;
  /** Set while automatic approval is stopped for this tenant or agent. */
  killSwitch: { reason: string; by: string; at: string } | null;
  returnedBands: readonly ReturnedBand[];
  /** A standing grant whose use for this request is already recorded. */
  grant?: { grantId: string } | null;
  /** The newest version of one of the organisation's escalation policies; null when there is none of this id. */
  escalation: (id: string) => { version: number; document: EscalationPolicy } | null;
};
