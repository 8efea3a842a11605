import type { ApprovalStatus, ErasureGround } from '@holdpoint/contracts';
import { sql, type Kysely, type SqlBool } from 'kysely';
import { createErasureTables } from './erasure-schema.ts';
import { createMetricsTables } from './metrics-schema.ts';

/**
 * One schema for SQLite and PostgreSQL: text, integer and double precision only; truth values are 0 and 1; lists that are only ever
 * matched whole are text between bars (`|a|b|`); positions are decimal text padded to {@link POSITION_DIGITS}, so they sort as text.
 */
export type ApprovalRow = {
  id: string;
  tenant: string;
  revision: number;
  status: ApprovalStatus;
  phase: 'gating' | 'review' | 'decided';
  /** 1 until decided. */
  open: number;
  /** What a page is ordered by, ascending: see `sortKeyOf`. */
  sort_key: string;
  risk_level: string;
  source: string;
  agent_id: string;
  agent_name: string | null;
  tool_name: string;
  context_summary: string;
  proposed_action: string;
  entity_id: string;
  amount: number | null;
  currency: string | null;
  verdict: string | null;
  step_index: number | null;
  step_name: string | null;
  escalation_level: number;
  /** Bit per role (`ROLES` order) of those who may decide the open step, reached backups included. */
  role_mask: number;
  /** Operators named by the step or a reached backup, `|a|b|`. */
  named_operators: string;
  /** 1 where only senior roles may decide, whoever else is named. */
  senior_only: number;
  /** Operators who already voted on the current action, in whatever step, `|a|b|`. */
  voted_operators: string;
  exclude_requester: number;
  principal_id: string | null;
  claimed_by_id: string | null;
  claimed_by: string | null;
  claim_expires_at: string | null;
  /** 1 where the text was found deceptive, in look-alike letters or speaking to whoever decides. */
  flagged: number;
  /** 1 for what a test key asked: never listed to a live key, nor the other way round. */
  test: number;
  thread_id: string | null;
  run_id: string | null;
  tool_call_id: string | null;
  requested_at: string;
  expires_at: string;
  escalate_at: string | null;
  decided_at: string | null;
  decided_by: string | null;
};

export type ChangeRow = { position: string; tenant: string; approval_id: string; type: string; revision: number };

export type DeliveryRow = {
  approval_id: string;
  tenant: string;
  callback_state: string;
  callback_attempts: number;
  callback_next_at: string | null;
  webhook_id: string | null;
  resume_state: string;
  resume_attempts: number;
  resume_next_at: string | null;
  /** `decision`, or the type of a notice. */
  kind: string;
  /** When there was something to tell, UTC with milliseconds: what lists are ordered by. */
  owed_at: string;
  /** Of the last attempt. */
  endpoint_id: string | null;
  host: string | null;
  address: string | null;
  status: number | null;
  error_class: string | null;
  tried_at: string | null;
};

/** What was let through without anybody deciding, to be looked at afterwards. */
export type AfterReviewRow = {
  approval_id: string;
  tenant: string;
  kind: 'sample' | 'breakGlass';
  opened_at: string;
  reviewed_at: string | null;
  reviewed_by: string | null;
  /** 1 when the reviewer agreed. */
  agreed: number | null;
};

/** Counts that would cost a scan: how many approvals are decided, and how many are open for each audience. */
export type TallyRow = { tenant: string; name: string; total: number };

/** Somebody put an approval off. Instants are UTC with milliseconds, so they compare as text. */
export type SnoozeRow = { approval_id: string; operator_id: string; tenant: string; until_at: string };

/** What one approval's course is measured by. Seconds count from `asked_at`, when people were first asked. */
export type MeasureRow = {
  approval_id: string;
  tenant: string;
  test: number;
  agent_id: string;
  tool_name: string;
  risk_level: string;
  status: string;
  requested_at: string;
  expires_at: string;
  /** How much there is to read, characters. */
  content_chars: number;
  /** What the gate said about the agent's own request, not about an edit. */
  verdict: string | null;
  policy_id: string | null;
  policy_version: number | null;
  rule: string | null;
  asked_at: string | null;
  /** Until the first alert went out, or a person did something. */
  reach_sec: number | null;
  /** Until somebody opened it in the console. */
  open_sec: number | null;
  /** Until a person decided it. */
  decide_sec: number | null;
  escalations: number;
  exhausted: number;
  decided_at: string | null;
  decided_kind: string | null;
  decided_by_id: string | null;
  channel: string | null;
};

/** What one person had on the screen of one approval, and said about it. */
export type AttentionRow = {
  approval_id: string;
  operator_id: string;
  tenant: string;
  test: number;
  agent_id: string;
  content_chars: number;
  viewed_at: string | null;
  context_at: string | null;
  voted_at: string | null;
  vote: 'approved' | 'rejected' | 'modified' | null;
  channel: string | null;
};

/** How far one alert got. */
export type AlertRow = {
  attempt_id: string;
  approval_id: string;
  tenant: string;
  operator_id: string;
  channel: string;
  first_at: string;
  state: 'held' | 'failed' | 'sent' | 'delivered' | 'seen';
  failures: number;
  /** Of the last failure. */
  error_class: string | null;
};

/** What nothing erases until it is released. */
export type LegalHoldRow = { approval_id: string; tenant: string; placed_by: string; placed_at: string };

/** All that is left of an erased approval here. */
export type ErasedRow = {
  approval_id: string;
  tenant: string;
  ground: ErasureGround;
  ordered_by: string;
  reason: string;
  ordered_at: string;
  /** When its keys were destroyed; null until then. */
  done_at: string | null;
};

export type ReadModelTables = {
  approvals: ApprovalRow;
  changes: ChangeRow;
  deliveries: DeliveryRow;
  after_reviews: AfterReviewRow;
  legal_holds: LegalHoldRow;
  erased: ErasedRow;
  tallies: TallyRow;
  snoozes: SnoozeRow;
  measures: MeasureRow;
  attention: AttentionRow;
  alerts: AlertRow;
  /** One row, `read-model`: the last log position whose rows are committed. */
  checkpoints: { name: string; position: string };
};

/** Raise when rows mean something else: an older read model is then rebuilt from the log at start. */
export const SCHEMA_GENERATION = 5;
/** A 64-bit position has at most 20 decimal digits. */
const POSITION_DIGITS = 20;
/** Log position → text that sorts as the number does. */
export const sortablePosition = (position: string): string => position.padStart(POSITION_DIGITS, '0');
/** Text of {@link sortablePosition} → the log's own form. */
export const plainPosition = (position: string): string => position.replace(/^0+(?=\d)/, '');

/** Creates the tables and indexes that are missing. Runs on an empty or an existing read model. */
export const createTables = async (db: Kysely<ReadModelTables>): Promise<void> => {
  await createApprovals(db);
  await db.schema
    .createTable('changes')
    .ifNotExists()
    .addColumn('position', 'text', column => column.primaryKey())
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('approval_id', 'text', column => column.notNull())
    .addColumn('type', 'text', column => column.notNull())
    .addColumn('revision', 'integer', column => column.notNull())
    .execute();
  await db.schema
    .createTable('deliveries')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.primaryKey())
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('callback_state', 'text', column => column.notNull())
    .addColumn('callback_attempts', 'integer', column => column.notNull())
    .addColumn('callback_next_at', 'text')
    .addColumn('webhook_id', 'text')
    .addColumn('resume_state', 'text', column => column.notNull())
    .addColumn('resume_attempts', 'integer', column => column.notNull())
    .addColumn('resume_next_at', 'text')
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('owed_at', 'text', column => column.notNull())
    .addColumn('endpoint_id', 'text')
    .addColumn('host', 'text')
    .addColumn('address', 'text')
    .addColumn('status', 'integer')
    .addColumn('error_class', 'text')
    .addColumn('tried_at', 'text')
    .execute();
  await db.schema.createIndex('deliveries_listed').ifNotExists().on('deliveries').columns(['tenant', 'owed_at', 'approval_id']).execute();
  // Few, and looked for among many.
  await db.schema
    .createIndex('deliveries_failed')
    .ifNotExists()
    .on('deliveries')
    .columns(['tenant', 'owed_at', 'approval_id'])
    .where(sql<SqlBool>`callback_state = 'exhausted'`)
    .execute();
  await createAfterReviews(db);
  await db.schema
    .createTable('snoozes')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.notNull())
    .addColumn('operator_id', 'text', column => column.notNull())
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('until_at', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('snoozes_key', ['approval_id', 'operator_id'])
    .execute();
  await db.schema.createIndex('snoozes_of').ifNotExists().on('snoozes').columns(['tenant', 'operator_id']).execute();
  await db.schema
    .createTable('tallies')
    .ifNotExists()
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('total', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('tallies_key', ['tenant', 'name'])
    .execute();
  await createErasureTables(db);
  await createMetricsTables(db);
  await db.schema
    .createTable('checkpoints')
    .ifNotExists()
    .addColumn('name', 'text', column => column.primaryKey())
    .addColumn('position', 'text', column => column.notNull())
    .execute();
};

const createAfterReviews = async (db: Kysely<ReadModelTables>): Promise<void> => {
  await db.schema
    .createTable('after_reviews')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.primaryKey())
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('opened_at', 'text', column => column.notNull())
    .addColumn('reviewed_at', 'text')
    .addColumn('reviewed_by', 'text')
    .addColumn('agreed', 'integer')
    .execute();
  await db.schema
    .createIndex('after_reviews_listed')
    .ifNotExists()
    .on('after_reviews')
    .columns(['tenant', 'opened_at', 'approval_id'])
    .execute();
};

const createApprovals = async (db: Kysely<ReadModelTables>): Promise<void> => {
  const required = ['tenant', 'status', 'phase', 'sort_key', 'risk_level', 'source', 'agent_id', 'tool_name'] as const;
  const requiredTexts = ['context_summary', 'proposed_action', 'entity_id', 'named_operators', 'voted_operators'] as const;
  const instants = ['requested_at', 'expires_at'] as const;
  const optional = ['agent_name', 'currency', 'verdict', 'step_name', 'principal_id', 'claimed_by_id', 'claimed_by'] as const;
  const optionalTexts = ['claim_expires_at', 'thread_id', 'run_id', 'tool_call_id', 'escalate_at', 'decided_at', 'decided_by'] as const;
  const numbers = ['revision', 'open', 'escalation_level', 'role_mask', 'senior_only', 'exclude_requester', 'flagged', 'test'] as const;
  let table = db.schema
    .createTable('approvals')
    .ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('amount', 'double precision')
    .addColumn('step_index', 'integer');
  for (const name of [...required, ...requiredTexts, ...instants]) table = table.addColumn(name, 'text', column => column.notNull());
  for (const name of [...optional, ...optionalTexts]) table = table.addColumn(name, 'text');
  for (const name of numbers) table = table.addColumn(name, 'integer', column => column.notNull());
  await table.execute();
  // One index per way of paging: the inbox's order, the agents' list, and the approvals of one thread.
  await db.schema.createIndex('approvals_inbox').ifNotExists().on('approvals').columns(['tenant', 'open', 'sort_key']).execute();
  await db.schema.createIndex('approvals_listed').ifNotExists().on('approvals').columns(['tenant', 'requested_at', 'id']).execute();
  await db.schema.createIndex('approvals_entity').ifNotExists().on('approvals').columns(['tenant', 'entity_id', 'requested_at']).execute();
  await db.schema.createIndex('approvals_run').ifNotExists().on('approvals').columns(['run_id']).execute();
  await db.schema.createIndex('approvals_thread').ifNotExists().on('approvals').columns(['thread_id']).execute();
};
