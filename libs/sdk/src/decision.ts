/** Who decided: a person, a rule of the gate, a deadline, or the agent itself (withdrawal). */
export type DecidedBy = {
  kind: 'operator' | 'rule' | 'timeout' | 'agent';
  id: string;
  display?: string | undefined;
  role?: string | undefined;
};

export type DecisionOutcome = 'approved' | 'rejected' | 'modified' | 'expired' | 'withdrawn';

export type Binding = {
  alg: 'sha256-jcs';
  actionHash: string;
  bindingHash: string;
  /** Hash of what may run; null when nothing may. */
  approvedActionHash: string | null;
};

export type Action = { name: string; args: Record<string, unknown> };

/** The answer to a request: body of the callback and member of `GET /v1/approvals/{id}`. Instants are RFC 3339 in UTC. */
export type Decision = {
  version: 1;
  approvalId: string;
  decision: DecisionOutcome;
  approved: boolean;
  final: true;
  by: DecidedBy;
  onBehalfOf?: DecidedBy | undefined;
  channel: string;
  note: string | null;
  reasonCode?: string | undefined;
  decidedAt: string;
  approvedUntil: string | null;
  policy: { id: string; version: number; rule: string } | null;
  steps: { name: string; outcome: 'approved' | 'rejected' | 'open' | 'skipped'; by: DecidedBy[]; at: string | null }[];
  binding: Binding;
  approvedAction: Action | null;
  diff?: { op: string; path: string; value?: unknown }[] | undefined;
  threadId: string | null;
  runId: string | null;
  toolCallId: string | null;
  state: string | null;
  receipt: string;
};

/** Claims of a receipt. `iat` and `exp` are seconds since 1970 (RFC 7519). */
export type ReceiptClaims = {
  iss: 'holdpoint';
  sub: string;
  jti: string;
  iat: number;
  exp?: number | undefined;
  tenant: string;
  decision: DecisionOutcome;
  approved: boolean;
  actionHash: string;
  bindingHash: string;
  approvedActionHash: string | null;
  by: DecidedBy;
  policy: { id: string; version: number; rule: string } | null;
};

export type ApprovalStatus = 'pending' | DecisionOutcome;

/** Answer of `POST /v1/approvals`. */
export type Accepted = {
  id: string;
  status: 'pending';
  links: { self: string; wait: string; console: string };
  expiresAt: string;
  binding: Binding;
};

/** Answer of `GET /v1/approvals/{id}` and of the long poll. */
export type Approval = {
  id: string;
  status: ApprovalStatus;
  requestedAt: string;
  expiresAt: string;
  binding: Binding;
  decision: Decision | null;
  consumedAt: string | null;
  /** What people ask the agent before they decide; see `Holdpoint.answer`. */
  questions?: { id: string; text: string; askedAt: string }[];
  /** The request that took this one's place. */
  replacedBy?: string;
  /** Why nobody can possibly answer in time. */
  unreachable?: string;
  delivery: {
    callback: { state: string; attempts: number; nextAttemptAt: string | null; webhookId: string | null };
    resume: { state: string; attempts: number; nextAttemptAt: string | null };
  };
};

/** Body of `POST /v1/approvals`: what the agent wants to do, and what the operator should see. */
export type ApprovalRequest = {
  source: string;
  threadId?: string;
  runId?: string;
  toolCallId?: string;
  arguments: {
    contextSummary: string;
    proposedAction: string;
    entityId: string;
    riskLevel: 'low' | 'medium' | 'high' | 'critical';
  } & Record<string, unknown>;
  action?: Action | null;
  argsSchema?: Record<string, unknown> | boolean;
  context?: { instructions?: string; messages?: unknown[]; reasoningTrace?: unknown[]; toolLog?: unknown[] };
  allowedDecisions?: ('approve' | 'reject' | 'modify')[];
  callback?: string | { url: string; state?: string } | { endpointId: string; state?: string };
  resume?: {
    mode: string;
    connectionId?: string;
    url?: string;
    fallback?: 'callback' | 'newRunOnThread';
    siblingOutputs?: { toolCallId: string; output: string }[];
  };
  expiresAt?: string;
  deadlineSec?: number;
  upstreamExpiresAt?: string | number;
  batch?: { id: string; index: number; size: number };
  agent?: { id?: string; name?: string; version?: string; model?: string };
  principal?: { id: string; display?: string };
  labels?: Record<string, string>;
  /** What the request takes for granted, and where a value can be read again. */
  preconditions?: { name: string; value: unknown; check?: { url: string } }[];
  traceparent?: string;
};
