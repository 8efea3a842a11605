import { z } from 'zod';
import { action, callbackTarget, resumePlan } from './approval-request.ts';
import { decisionRecord, jsonPatch } from './decision.ts';
import { instant, source } from './ids.ts';
import { LIMITS } from './limits.ts';

const note = z.string().max(LIMITS.noteCharsMax);

/** What a terminal event carries so that the callback needs no read. */
export const delivery = z.strictObject({
  source,
  callback: z.boolean(),
  resume: resumePlan.pick({ mode: true, connectionId: true, fallback: true }),
  upstreamExpiresAt: instant.nullable(),
});
export type Delivery = z.infer<typeof delivery>;

const terminal = z.strictObject({
  decision: decisionRecord,
  delivery,
  /** Compact JWS over the receipt claims, signed where the decision is made. */
  receipt: z.string(),
  private: z.strictObject({
    note: note.nullable(),
    approvedAction: action.nullable(),
    diff: jsonPatch.optional(),
    state: z.string().nullable(),
    callback: callbackTarget.nullable(),
    siblingOutputs: resumePlan.shape.siblingOutputs,
    resumeUrl: resumePlan.shape.url,
  }),
});
export type TerminalData = z.infer<typeof terminal>;

/** The events that end an approval: exactly one of them comes, and it comes last but for what is said afterwards. */
export const terminalEvents = {
  ApprovalGrantedAutomatically: terminal,
  ApprovalRejectedAutomatically: terminal,
  ApprovalGranted: terminal,
  ApprovalGrantedWithChanges: terminal,
  ApprovalRejected: terminal,
  ApprovalExpired: terminal,
  ApprovalWithdrawn: terminal,
} as const;

export const TERMINAL_TYPES = [
  'ApprovalGrantedAutomatically',
  'ApprovalRejectedAutomatically',
  'ApprovalGranted',
  'ApprovalGrantedWithChanges',
  'ApprovalRejected',
  'ApprovalExpired',
  'ApprovalWithdrawn',
] as const;
export type TerminalType = (typeof TERMINAL_TYPES)[number];
const terminalTypes = new Set<string>(TERMINAL_TYPES);
export const isTerminal = (type: string): type is TerminalType => terminalTypes.has(type);
