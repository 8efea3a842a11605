import { effectiveActionOf, type AskedPeople, type Person } from '@holdpoint/approval';
import type { Action, EventData, GateEvaluation, Role, RouteStep } from '@holdpoint/contracts';
import { actionHash, approvalIdOf, bindingHash, sha256Hex } from '@holdpoint/sealing';

/** The story the examples tell: an assistant wants to refund an order, at noon, and has an hour. */
export const NOON = '2026-11-22T12:00:00.000Z';
export const TENANT = 'org_example';

/** The instant `seconds` after noon. */
export const noonPlus = (seconds: number): string => new Date(Date.parse(NOON) + seconds * 1_000).toISOString();

export const refund = (amount: number): Action => ({ name: 'issue_refund', args: { amount, currency: 'USD', order_id: 'A-1' } });
export const hashOf = (action: Action): string => actionHash({ tool: action.name, args: action.args });

type Requested = EventData<'ApprovalRequested'>;
export type RefundOptions = Partial<Omit<Requested, 'private'>> & {
  key?: string;
  action?: Action | null;
  private?: Partial<Requested['private']>;
};

/** `ApprovalRequested` for a refund of 245 USD, with true hashes; members given in `options` replace those of the example. */
export const refundRequested = ({ key = 'refund-1', action = refund(245), ...options }: RefundOptions = {}): Requested => {
  const asked: Requested['private']['arguments'] = {
    contextSummary: 'The customer received a broken lamp and asks for the money back.',
    proposedAction: 'Refund order A-1',
    entityId: 'A-1',
    riskLevel: options.riskLevel ?? 'medium',
  };
  const effective = effectiveActionOf({ toolName: action?.name ?? 'request_human_approval', private: { action, arguments: asked } });
  const hash = hashOf(effective);
  const ids = { source: 'openai.assistants' as const, threadId: 'thread_1', runId: 'run_1', toolCallId: `call_${key}` };
  return {
    approvalId: approvalIdOf(TENANT, key),
    ...ids,
    agent: { id: 'agt_assistant', name: 'assistant' },
    keyId: 'key_1',
    riskLevel: 'medium',
    toolName: effective.name,
    binding: {
      alg: 'sha256-jcs',
      actionHash: hash,
      bindingHash: bindingHash({ ...ids, tenant: TENANT, actionHash: hash }),
      approvedActionHash: null,
    },
    allowedDecisions: ['approve', 'reject', 'modify'],
    requestedAt: NOON,
    expiresAt: noonPlus(3_600),
    upstreamExpiresAt: null,
    requestHash: sha256Hex(key),
    labels: {},
    batch: null,
    delivery: { source: ids.source, callback: true, resume: { mode: 'callback' }, upstreamExpiresAt: null },
    contextRef: null,
    ...options,
    private: {
      arguments: asked,
      action,
      callback: null,
      state: null,
      principal: null,
      preconditions: [],
      ...options.private,
    },
  };
};

const REVIEWERS: Role[] = ['operator', 'senior', 'admin', 'owner'];

export const routeStep = (step: Partial<RouteStep> = {}): RouteStep => ({
  name: 'review',
  approvers: { roles: REVIEWERS, operators: [] },
  approveCount: 1,
  rejectCount: 1,
  excludeRequester: false,
  ...step,
});

export type EvaluationOptions = Partial<Omit<GateEvaluation, 'route'>> & { steps?: RouteStep[]; route?: Partial<GateEvaluation['route']> };

/** What the gate says: a person reviews, one step, backups senior then owner, escalated every 300 s. */
export const evaluation = ({ steps = [routeStep()], route, ...rest }: EvaluationOptions = {}): GateEvaluation => ({
  verdict: 'HUMAN_REVIEW',
  policy: { id: 'default', version: 1, rule: 'default' },
  explanation: 'No rule decides this, so a person does.',
  problems: [],
  approvalValidSec: 900,
  facts: {
    tool: 'issue_refund',
    args: refund(245).args,
    amount: 245,
    currency: 'USD',
    riskLevel: 'medium',
    agent: 'agt_assistant',
    principal: null,
    labels: {},
    entity: 'A-1',
    source: 'openai.assistants',
  },
  ...rest,
  route: {
    steps,
    escalateAfterSec: 300,
    backups: [
      { roles: ['senior'], operators: [] },
      { roles: ['owner'], operators: [] },
    ],
    expireAfterSec: 86_400,
    ...route,
  },
});

/** Somebody with a name and roles: `person('ada', 'senior')`. */
export const person = (name: string, ...roles: Role[]): Person => ({
  id: `opr_${name}`,
  display: name[0]?.toUpperCase() + name.slice(1),
  roles,
  teams: [],
  onCall: [],
  ownsAgent: false,
});

/** An owner's order to erase an approval that has ended. @param now ISO 8601 */
export const eraseOnRequest = (now: string) =>
  ({ type: 'EraseApproval', ground: 'request', reason: 'Request 4711.', by: person('olga', 'owner'), channel: 'console', now }) as const;

/** Whoever is asked, three people are: for rules that do not depend on who they are. */
export const threePeople: AskedPeople = () => ({ operators: ['opr_ada', 'opr_ben', 'opr_cleo'], standIns: [] });

/** What most commands of people and rules carry on an ordinary day: somebody is there, nothing is switched on. */
export const ordinarily = { people: threePeople, solo: false, hold: null } as const;
