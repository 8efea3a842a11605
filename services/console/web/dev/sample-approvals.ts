import { createHash } from 'node:crypto';
import type { Action, ApprovalDetail, DecidedBy, InboxItem } from '@holdpoint/contracts';
import { canonical } from '../src/review/action-hash.ts';

/** What a sample says itself; everything else is filled in. */
export type Sample = {
  tool: string;
  args: Action['args'];
  argsSchema?: ApprovalDetail['argsSchema'];
  summary: string;
  proposed: string;
  entity: string;
  risk: InboxItem['riskLevel'];
  agent: string;
  amount?: number;
  currency?: string;
  askedSecAgo: number;
  leftSec: number;
  escalatesInSec?: number;
  claimedBy?: DecidedBy;
  verdict?: NonNullable<InboxItem['verdict']>;
  explanation?: string;
  problems?: string[];
  context?: ApprovalDetail['context'];
  mayDecide?: boolean;
};

export const MARIA: DecidedBy = { kind: 'operator', id: 'op_maria', display: 'Maria Lopez', role: 'senior' };
export const OWNER: DecidedBy = { kind: 'operator', id: 'op_owner', display: 'Ada Fischer', role: 'owner' };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
export const hashOf = (action: Action): string => sha256(canonical({ v: 1, tool: action.name, args: action.args }));

/** An id of the right form that says which sample it is: letters only. */
export const sampleId = (index: number): string => {
  const letters = Array.from(String(index).padStart(4, '0'), digit => 'abcdefghij'.charAt(Number(digit))).join('');
  return `apr_${'sample'.padEnd(22, 'x')}${letters}`;
};

const after = (nowMs: number, seconds: number) => new Date(nowMs + seconds * 1_000).toISOString();

const VERBS = [
  'claim',
  'release',
  'approve',
  'reject',
  'modify',
  'comment',
  'ask',
  'delegate',
  'reassign',
  'snooze',
  'extend',
  'escalate',
  'bypass',
] as const;

const mayOf = (item: InboxItem, why: string): ApprovalDetail['may'] =>
  VERBS.map(verb => {
    const mine = item.claimedBy?.id === OWNER.id;
    const allowed =
      item.status === 'pending' &&
      (verb === 'release' ? mine : verb === 'claim' ? item.mayDecide && item.claimedBy === null : verb === 'comment' || item.mayDecide);
    return {
      verb,
      allowed,
      why: allowed ? '' : item.status !== 'pending' ? 'This request has ended.' : verb === 'release' ? 'You have not claimed it.' : why,
    };
  });

const historyOf = (item: InboxItem, step: string): ApprovalDetail['history'] => {
  const stream = `approval-${item.id}`;
  const row = (revision: number, type: string, actor: string, summary: string) => ({
    id: `${item.id}-${revision}`,
    stream,
    revision,
    type,
    at: item.requestedAt,
    actor,
    summary,
    data: { approvalId: item.id },
  });
  return [
    row(0, 'ApprovalRequested', `agent:${item.agentId}`, `${item.agentName} asked to run ${item.toolName}.`),
    row(1, 'GateEvaluated', 'service:routing', 'The rules asked for a person.'),
    row(2, 'ReviewStepOpened', 'service:routing', `Step ${step} was opened.`),
  ];
};

const itemOf = (sample: Sample, index: number, nowMs: number): InboxItem => ({
  id: sampleId(index),
  revision: 2,
  status: 'pending',
  phase: 'review',
  riskLevel: sample.risk,
  source: 'openai.assistants',
  agentId: sample.agent.toLowerCase().replaceAll(' ', '_'),
  agentName: sample.agent,
  toolName: sample.tool,
  contextSummary: sample.summary,
  proposedAction: sample.proposed,
  entityId: sample.entity,
  amount: sample.amount ?? null,
  currency: sample.currency ?? null,
  verdict: sample.verdict ?? 'HUMAN_REVIEW',
  stepName: 'review',
  escalationLevel: 0,
  claimedBy: sample.claimedBy ?? null,
  requestedAt: after(nowMs, -sample.askedSecAgo),
  expiresAt: after(nowMs, sample.leftSec),
  escalateAt: sample.escalatesInSec === undefined ? null : after(nowMs, sample.escalatesInSec),
  decidedAt: null,
  decidedBy: null,
  mayDecide: sample.mayDecide ?? true,
});

/** Fills a sample up to the whole detail as the operators' API answers it. */
export const detailOf = (sample: Sample, index: number, nowMs: number): ApprovalDetail => {
  const item = itemOf(sample, index, nowMs);
  const action = { name: sample.tool, args: sample.args };
  const actionHash = hashOf(action);
  const why = sample.mayDecide === false ? 'The step asks for a senior, and you hold operator.' : 'Claimed by somebody else.';
  return {
    item,
    arguments: { contextSummary: sample.summary, proposedAction: sample.proposed, entityId: sample.entity, riskLevel: sample.risk, amount: sample.amount ?? null, currency: sample.currency ?? null },
    action,
    effectiveAction: action,
    argsSchema: sample.argsSchema ?? null,
    allowedDecisions: ['approve', 'reject', 'modify'],
    context: sample.context ?? {},
    binding: { alg: 'sha256-jcs', actionHash, bindingHash: sha256(`binding ${item.id} ${actionHash}`), approvedActionHash: null },
    principal: { id: 'cus_9312', display: 'Ann Weaver' },
    preconditions: [],
    labels: { team: 'support', environment: 'live' },
    threadId: `thread_${index}`,
    runId: `run_${index}`,
    toolCallId: `call_${index}`,
    upstreamExpiresAt: after(nowMs, sample.leftSec + 45),
    gate: {
      verdict: item.verdict ?? 'HUMAN_REVIEW',
      policy: { id: 'default', version: 3, rule: sample.verdict === 'ESCALATE_SENIOR' ? 'large-or-critical' : 'everything-else' },
      explanation: sample.explanation ?? 'No rule approves this by itself, so a person looks.',
      problems: sample.problems ?? [],
      facts: {
        tool: sample.tool, args: sample.args, amount: sample.amount ?? null, currency: sample.currency ?? null, riskLevel: sample.risk, agent: item.agentId,
        principal: 'cus_9312', labels: { team: 'support' }, entity: sample.entity, source: item.source,
      },
      evaluatedAt: item.requestedAt,
    },
    step: {
      index: 0, name: 'review', approvers: { roles: ['operator', 'senior', 'admin', 'owner'], operators: [] }, approveCount: 1, rejectCount: 1, excludeRequester: false, seniorOnly: false,
      escalateAfterSec: 300, backups: [{ roles: ['senior', 'admin', 'owner'], operators: [] }],
    },
    escalation: [
      { level: 0, approvers: 'Operators, seniors, admins and owners', at: item.requestedAt, reached: true },
      { level: 1, approvers: 'Seniors, admins and owners', at: item.escalateAt, reached: false },
    ],
    may: mayOf(item, why),
    comments: [],
    alerts: [
      { operator: 'Ada Fischer', channel: 'email', state: 'delivered', at: item.requestedAt, detail: '' },
      { operator: 'Maria Lopez', channel: 'inbox', state: 'sent', at: item.requestedAt, detail: '' },
    ],
    decision: null,
    delivery: { callback: { state: 'none', attempts: 0, nextAttemptAt: null, webhookId: null }, resume: { state: 'pending', attempts: 0, nextAttemptAt: null } },
    history: historyOf(item, 'review'),
  }; // prettier-ignore
};

/** The verbs a detail offers after it changed. */
export const refreshMay = (detail: ApprovalDetail): void => {
  detail.item.mayDecide = detail.item.status === 'pending' && (detail.item.claimedBy === null || detail.item.claimedBy.id === OWNER.id);
  detail.may = mayOf(detail.item, `Claimed by ${detail.item.claimedBy?.display ?? 'somebody else'}.`);
};
