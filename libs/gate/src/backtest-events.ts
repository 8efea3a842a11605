import { isTerminal, type EventData, type TerminalType } from '@holdpoint/contracts';
import { SETTINGS_READ, type PastSetting } from './backtest-settings.ts';

/** Types a backtest needs with `private` opened, and types of which it needs the public part only. Nothing else has to be read. */
export const BACKTEST_OPENS: ReadonlySet<string> = new Set([
  'ApprovalRequested',
  'ActionModified',
  'ApprovalGrantedWithChanges',
  ...SETTINGS_READ,
]);
export const BACKTEST_READS: ReadonlySet<string> = new Set(['GateEvaluated', 'ReviewStepOpened', 'AfterReviewed']);
/** Whether an event of this type means something to a backtest. */
export const meansSomething = (type: string): boolean => BACKTEST_OPENS.has(type) || BACKTEST_READS.has(type) || isTerminal(type);

type Public<T extends keyof Events> = { type: T; data: Omit<Events[T], 'private'> };
type Events = { [T in 'GateEvaluated' | 'ReviewStepOpened' | 'AfterReviewed' | TerminalType]: EventData<T> };
/** An event of one organisation's log, in log order. */
export type PastEvent = { approvalId: string; position: string } & (
  | { type: 'ApprovalRequested'; data: EventData<'ApprovalRequested'> }
  | { type: 'ActionModified'; data: EventData<'ActionModified'> }
  /** With its `private` part where the gate spoke about an edit: what was known of history and hours then. */
  | { type: 'GateEvaluated'; data: Omit<Events['GateEvaluated'], 'private'> & Partial<Pick<Events['GateEvaluated'], 'private'>> }
  | { [T in Exclude<keyof Events, 'GateEvaluated'>]: Public<T> }[Exclude<keyof Events, 'GateEvaluated'>]
  | PastSetting
);
