import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  streamOf,
  type ApprovalEvent,
  type DecidedBy,
  type Event,
  type EventData,
  type GatePolicy,
  type TerminalData,
  type TerminalType,
  type Verdict,
} from '@holdpoint/contracts';
import { approvalIdOf, openMasterKey, sealPartText, sha256Hex, type MasterKey } from '@holdpoint/sealing';
import { defaultAuditCategories, LOG_FILE } from '@holdpoint/event-store';
import { APPEND, type PackedChange, type PackedEvent } from '../../services/event-store/src/group-wire.ts';
import { NO_STREAM } from '../../services/event-store/src/append-request.ts';
import { writeEventId } from '../../services/event-store/src/event-id.ts';
import { WRITER_CACHE_KIB } from '../../services/event-store/src/limits.ts';
import { configureWriter, markAuditCategories, prepareSchema } from '../../services/event-store/src/schema.ts';
import { openGroupWriter } from '../../services/event-store/src/write-group.ts';

export const PAST_TENANT = 'org_past';
/** Events of each past approval. */
export const EVENTS_EACH = 5;
/** Approvals under way at the same time: their events lie between each other's, as in a real log. */
const AT_ONCE = 500;
/** The last of them was asked here; the first, `PAST_DAYS` before. */
const LAST_ASKED_MS = Date.parse('2026-11-01T00:00:00.000Z');
const PAST_DAYS = 90;
const DAY_MS = 86_400_000;

const REVIEWERS = { roles: ['operator', 'senior', 'admin', 'owner'], operators: [] } as EventData<'ReviewStepOpened'>['step']['approvers'];
const ADA: DecidedBy = { kind: 'operator', id: 'opr_ada', display: 'Ada', role: 'operator' };

/** The policy that was active all the time: {@link verdictOf} says the same in code. */
export const pastPolicy = (): GatePolicy => ({
  id: 'past',
  name: 'Policy of the past',
  rules: [
    {
      name: 'small-and-low-risk',
      when: 'riskLevel == "low" && has(args.amount) && amount >= 0 && amount < 50',
      verdict: 'APPROVE_AUTOMATICALLY',
      explain: 'Low risk, and the amount {amount} is below 50.',
    },
    { name: 'large-amount', when: 'amount >= 1000', verdict: 'ESCALATE_SENIOR', explain: 'The amount {amount} is 1000 or more.' },
  ],
  routes: {
    review: {
      steps: [{ name: 'review', approvers: REVIEWERS, approveCount: 1, rejectCount: 1, excludeRequester: false }],
      escalateAfterSec: 300,
      backups: [],
      expireAfterSec: 86_400,
    },
  },
  defaultRoute: 'review',
  amountPaths: ['action.args.amount', 'arguments.amount'],
  approvalValidSec: 900,
});

type Past = { index: number; id: string; amount: number; low: boolean; verdict: Verdict; askedMs: number };

const verdictOf = (amount: number, low: boolean): Verdict =>
  low && amount < 50 ? 'APPROVE_AUTOMATICALLY' : amount >= 1_000 ? 'ESCALATE_SENIOR' : 'HUMAN_REVIEW';
const RULES: Partial<Record<Verdict, [rule: string, explain: (amount: number) => string]>> = {
  APPROVE_AUTOMATICALLY: ['small-and-low-risk', amount => `Low risk, and the amount ${amount} is below 50.`],
  ESCALATE_SENIOR: ['large-amount', amount => `The amount ${amount} is 1000 or more.`],
};

const pastOf = (index: number, count: number): Past => {
  // A fixed scatter: the same log every time, amounts between 0 and about 1500, most of them small.
  const scattered = (index * 2_654_435_761) % 4_294_967_296;
  const share = scattered / 4_294_967_296;
  const amount = Math.round(share ** 2 * 150_000) / 100;
  const low = scattered % 3 !== 0;
  const askedMs = Math.floor(LAST_ASKED_MS - ((count - index) * PAST_DAYS * DAY_MS) / count);
  return { index, id: approvalIdOf(PAST_TENANT, `past ${index}`), amount, low, verdict: verdictOf(amount, low), askedMs };
};

const instant = (ms: number): string => new Date(ms).toISOString();
const HASH = sha256Hex('past');
const binding = { alg: 'sha256-jcs', actionHash: HASH, bindingHash: HASH, approvedActionHash: null } as const;
const delivery = { source: 'custom', callback: false, resume: { mode: 'none' }, upstreamExpiresAt: null } as const;
const actionOf = ({ index, amount }: Past) => ({
  name: 'issue_refund',
  args: { order_id: `A-${index % 10_000}`, amount, currency: 'USD' },
});

const requested = (past: Past): ApprovalEvent => ({
  type: 'ApprovalRequested',
  data: {
    approvalId: past.id,
    source: 'custom',
    threadId: `thread_${past.index}`,
    runId: `run_${past.index}`,
    toolCallId: 'call_1',
    agent: { id: `agt_${past.index % 20}`, name: 'Shop assistant', model: 'example-model' },
    keyId: 'key_1',
    riskLevel: past.low ? 'low' : 'medium',
    toolName: 'issue_refund',
    binding,
    allowedDecisions: ['approve', 'reject', 'modify'],
    requestedAt: instant(past.askedMs),
    expiresAt: instant(past.askedMs + DAY_MS),
    upstreamExpiresAt: null,
    requestHash: HASH,
    labels: { region: past.index % 2 === 0 ? 'eu' : 'us' },
    batch: null,
    delivery,
    contextRef: null,
    private: {
      arguments: {
        contextSummary: `Order A-${past.index % 10_000} arrived broken; the customer sent photographs.`,
        proposedAction: `Refund $${past.amount} to the card`,
        entityId: `A-${past.index % 10_000}`,
        riskLevel: past.low ? 'low' : 'medium',
      },
      action: actionOf(past),
      context: {
        instructions: 'You are a support assistant of a shop. Ask before you give money back.',
        messages: [{ role: 'user', content: 'My order arrived broken and I would like my money back. '.repeat(4) }],
        reasoningTrace: [],
        toolLog: [],
      },
      callback: null,
      state: null,
      principal: null,
      preconditions: [],
    },
  },
});

const gated = (past: Past): ApprovalEvent => {
  const [rule, explain] = RULES[past.verdict] ?? ['default', () => 'No rule decides this, so a person does.'];
  const { args } = actionOf(past);
  return {
    type: 'GateEvaluated',
    data: {
      verdict: past.verdict,
      policy: { id: 'past', version: 1, rule },
      explanation: explain(past.amount),
      problems: [],
      evaluatedAt: instant(past.askedMs + 4),
      approvalValidSec: 900,
      private: {
        facts: {
          tool: 'issue_refund',
          args,
          amount: past.amount,
          currency: 'USD',
          riskLevel: past.low ? 'low' : 'medium',
          agent: `agt_${past.index % 20}`,
          principal: null,
          labels: { region: past.index % 2 === 0 ? 'eu' : 'us' },
          entity: args.order_id,
          source: 'custom',
        },
      },
    },
  };
};

const opened = (past: Past): ApprovalEvent => ({
  type: 'ReviewStepOpened',
  data: {
    step: {
      index: 0,
      name: 'review',
      approvers: REVIEWERS,
      approveCount: 1,
      rejectCount: 1,
      excludeRequester: false,
      seniorOnly: past.verdict === 'ESCALATE_SENIOR',
      escalateAfterSec: 300,
      backups: [],
    },
    verdict: past.verdict,
    riskLevel: past.low ? 'low' : 'medium',
    openedAt: instant(past.askedMs + 4),
    expiresAt: instant(past.askedMs + DAY_MS),
    escalateAt: instant(past.askedMs + 300_000),
    private: {
      alert: {
        contextSummary: 'An order arrived broken.',
        proposedAction: `Refund $${past.amount}`,
        entityId: actionOf(past).args.order_id,
        actionName: 'issue_refund',
      },
    },
  },
});

const voted = (past: Past, type: 'StepApproved' | 'StepRejected', atMs: number): ApprovalEvent => ({
  type,
  data: { stepIndex: 0, by: ADA, channel: 'console', at: instant(atMs), actionHash: HASH, private: { note: null } },
});

const ended = (past: Past, type: TerminalType, decision: TerminalData['decision']['decision'], by: DecidedBy, atMs: number) => {
  const approved = decision === 'approved';
  const data: TerminalData = {
    decision: {
      version: 1,
      approvalId: past.id,
      decision,
      approved,
      final: true,
      by,
      channel: 'console',
      decidedAt: instant(atMs),
      approvedUntil: approved ? instant(atMs + 900_000) : null,
      policy: { id: 'past', version: 1, rule: 'default' },
      steps: [],
      binding: { ...binding, approvedActionHash: approved ? HASH : null },
      threadId: `thread_${past.index}`,
      runId: `run_${past.index}`,
      toolCallId: 'call_1',
    },
    delivery,
    receipt: '',
    private: { note: null, approvedAction: approved ? actionOf(past) : null, state: null, callback: null },
  };
  return { type, data } as ApprovalEvent;
};

/** The life of one approval in the appends it came in: five events, whatever its end. */
const lifeOf = (past: Past): ApprovalEvent[][] => {
  const decidedMs = past.askedMs + 60_000 + (past.index % 300) * 1_000;
  const hash = HASH;
  if (past.verdict === 'APPROVE_AUTOMATICALLY')
    return [
      [requested(past)],
      [gated(past), ended(past, 'ApprovalGrantedAutomatically', 'approved', { kind: 'rule', id: 'small-and-low-risk' }, past.askedMs + 4)],
      [
        {
          type: 'ApprovalConsumed',
          data: { actionHash: hash, consumedAt: instant(past.askedMs + 900), by: { kind: 'agent', id: 'agt_0' } },
        },
        {
          type: 'ExecutionReported',
          data: {
            actionHash: hash,
            outcome: 'succeeded',
            matchesApproval: true,
            reportedAt: instant(past.askedMs + 1_000),
            private: { detail: null },
          },
        },
      ],
    ];
  // One in eleven is rejected, among the small ones too, so that a lenient candidate has something to be warned of.
  const rejected = past.index % 11 === 0;
  return [
    [requested(past)],
    [gated(past), opened(past)],
    [
      voted(past, rejected ? 'StepRejected' : 'StepApproved', decidedMs),
      rejected ? ended(past, 'ApprovalRejected', 'rejected', ADA, decidedMs) : ended(past, 'ApprovalGranted', 'approved', ADA, decidedMs),
    ],
  ];
};

/** Events as the log stores them: `private` sealed to its place. */
const packed = (key: MasterKey, stream: string, events: readonly Event[], atMs: number, tenant: string): PackedEvent[] =>
  events.map(({ type, data }) => {
    const uuid = randomUUID();
    const id = Buffer.allocUnsafe(16);
    writeEventId(id, 0, uuid);
    const stored: Record<string, unknown> = { ...data };
    const sealed = 'private' in stored;
    if (sealed) stored['private'] = sealPartText(key, JSON.stringify(stored['private']), { stream, type, id: uuid });
    const metadata = {
      tenant,
      actor: 'service:bench',
      schemaVersion: 1,
      recordedAt: instant(atMs),
      ...(sealed && { sealedBy: key.keyId }),
    };
    return { id, type, isJson: true, data: Buffer.from(JSON.stringify(stored)), metadata: Buffer.from(JSON.stringify(metadata)) };
  });

/**
 * Fills an event store's folder with past approvals of one organisation, `EVENTS_EACH` events each, through the store's own writer and
 * sealed with a key of their own, as a real log is. Not synced to disk: a crash while filling means filling again.
 * @param dataDir an installation's data folder that does not exist yet; the log goes to `event-store`, the key to `keys/master.key`
 * @param onProgress called with the approvals written so far
 */
export const writePastApprovals = (dataDir: string, count: number, onProgress: (written: number) => void = () => undefined): void => {
  mkdirSync(join(dataDir, 'event-store'), { recursive: true, mode: 0o700 });
  const key = openMasterKey({ file: join(dataDir, 'keys', 'master.key') });
  const db = new DatabaseSync(join(dataDir, 'event-store', LOG_FILE));
  configureWriter(db, 4 * WRITER_CACHE_KIB);
  prepareSchema(db);
  markAuditCategories(db, defaultAuditCategories);
  db.exec('PRAGMA synchronous = OFF');
  const writer = openGroupWriter(db, defaultAuditCategories, Date.now, randomUUID);
  const write = (changes: PackedChange[]): void => {
    const { failure } = writer.write(changes);
    if (failure !== undefined) throw new Error(`The log could not be filled: ${failure}`);
  };
  const append = (stream: string, expected: number, events: readonly Event[], atMs: number): PackedChange => ({
    kind: APPEND,
    stream,
    expected,
    deadlineMs: Infinity,
    events: packed(key, stream, events, atMs, PAST_TENANT),
  });

  const firstMs = pastOf(0, count).askedMs;
  const at = instant(firstMs);
  const version = { policyId: 'past', version: 1, by: 'opr_ada', at };
  write([
    append(
      streamOf.organization(PAST_TENANT),
      NO_STREAM,
      [{ type: 'OrganizationCreated', data: { organizationId: PAST_TENANT, name: 'Past', at } }],
      firstMs,
    ),
    append(
      streamOf.gatePolicy(PAST_TENANT),
      NO_STREAM,
      [
        { type: 'GatePolicyPublished', data: { ...version, document: pastPolicy() } },
        { type: 'GatePolicyActivated', data: version },
      ],
      firstMs,
    ),
  ]);
  for (let from = 0; from < count; from += AT_ONCE) {
    const lives = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, offset) => {
      const past = pastOf(from + offset, count);
      return { past, stream: streamOf.approval(past.id), appends: lifeOf(past) };
    });
    for (const [stage, lag] of [0, 4, 60_000].entries()) {
      write(
        lives.flatMap(({ past, stream, appends }) => {
          const before = appends.slice(0, stage).reduce((sum, events) => sum + events.length, 0);
          const events = appends[stage];
          return events === undefined ? [] : [append(stream, before === 0 ? NO_STREAM : before - 1, events, past.askedMs + lag)];
        }),
      );
    }
    onProgress(from + lives.length);
  }
  db.close();
};
