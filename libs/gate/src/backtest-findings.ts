import type { Verdict } from '@holdpoint/contracts';
import type { ConfusionTable, Minutes, PastOutcome } from './backtest-table.ts';

/** What one side says about a request. */
export type Said = { verdict: Verdict; rule: string; explanation: string; problems: readonly string[] };
/** A case worth a look. `regated`: the gate spoke about a person's edit. */
export type BacktestFinding = {
  kind: 'wouldPassButRejected' | 'wouldPassButSampleRejected' | 'changed';
  approvalId: string;
  requestedAt: string;
  regated: boolean;
  outcome: PastOutcome;
  candidate: Said;
  baseline: Said;
};

export type NamedCount = { count: number; ids: string[] };
export type BacktestSummary = {
  /** Requests of the period that the gate has spoken about. */
  cases: number;
  /** Of the candidate, and of what it is held against. */
  table: ConfusionTable;
  baselineTable: ConfusionTable;
  /** Would approve automatically, but a person rejected. */
  wouldPassButRejected: NamedCount;
  /** Would approve automatically, but a person who looked at it afterwards did not agree. */
  wouldPassButSampleRejected: NamedCount;
  /** Another verdict than the baseline's, and the same verdict by another rule. */
  changed: NamedCount;
  otherRule: number;
  /** The same for what the gate said about people's edits. */
  edits: { cases: number; changed: number };
  minutes: Minutes;
  /** Requests whose end was not followed, because too many were open. */
  notFollowed: number;
};
