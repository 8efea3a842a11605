import { approvalRequest, type Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import type { ParsedCall, Place } from '../pending-call.ts';
import { readShape } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'copilot-studio';
const url = z.url({ protocol: /^https$/ });
/**
 * What the flow's HTTP Webhook action subscribes with: the body of `POST /v1/approvals`, with the flow's own callback URL in it. As `resume` it
 * is answered once and what came of it is recorded; as `callback`, which earlier templates used, it is told like any app.
 */
const subscription = approvalRequest
  .extend({
    source: z.literal('copilotStudio'),
    runId: z.string(),
    callback: z.strictObject({ url }).optional(),
    resume: z.strictObject({ mode: z.literal('logicApps'), url }).optional(),
  })
  .refine(({ callback, resume }) => callback !== undefined || resume !== undefined, {
    path: ['resume'],
    message: 'Invalid input: expected the flow’s callback URL',
  });

/** Flat, because an agent's flow can only return texts, numbers and booleans. `approved` is the one to branch on. */
export type CopilotAnswer = {
  approvalId: string;
  decision: Decision['decision'] | null;
  approved: boolean;
  note: string | null;
  approvedActionName: string | null;
  approvedActionArgsJson: string | null;
  message: string;
};

/** Reads a flow's subscription. The callback URL carries its own signature and is the flow's secret: it is stored, never shown. */
export const parseSubscription = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const read = readShape(ID, subscription, pause);
  const { agent, context } = place;
  const added = Object.fromEntries(Object.entries({ agent, context }).filter(([, value]) => value !== undefined));
  const request = readShape(ID, approvalRequest, { ...added, ...read, toolCallId: read.toolCallId ?? read.runId });
  return [{ kind: 'request', toolCallId: request.toolCallId ?? read.runId, request }];
};

/** Outputs for the flow's "Respond to the agent" action, which takes texts, numbers and booleans only. */
export const formatForFlow = (decisions: readonly Decision[], pause: unknown, place: Place = {}): CopilotAnswer => {
  const calls = parseSubscription(pause, place);
  const [answered] = answersOf(calls, decisions, true, place.nowMs);
  const decision = decisions.find(({ toolCallId }) => toolCallId === answered!.call.toolCallId)!;
  const { verdict } = answered!;
  const approved = verdict.is !== 'no';
  const action = approved ? decision.approvedAction : null;
  return {
    approvalId: decision.approvalId,
    decision: decision.decision,
    approved,
    note: decision.note,
    approvedActionName: action?.name ?? null,
    approvedActionArgsJson: action === null ? null : JSON.stringify(action.args),
    message: verdict.message,
  };
};

export const copilotStudio: WayIn<CopilotAnswer> = {
  id: ID,
  source: 'copilotStudio',
  parse: parseSubscription,
  format: formatForFlow,
};
