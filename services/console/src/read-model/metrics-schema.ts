import type { Kysely } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** Creates the tables the metrics are counted from, where they are missing. */
export const createMetricsTables = async (db: Kysely<ReadModelTables>): Promise<void> => {
  let measures = db.schema
    .createTable('measures')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.primaryKey());
  for (const name of ['tenant', 'agent_id', 'tool_name', 'risk_level', 'status', 'requested_at', 'expires_at'] as const)
    measures = measures.addColumn(name, 'text', column => column.notNull());
  for (const name of ['test', 'content_chars', 'escalations', 'exhausted'] as const)
    measures = measures.addColumn(name, 'integer', column => column.notNull());
  for (const name of ['verdict', 'policy_id', 'rule', 'asked_at', 'decided_at', 'decided_kind', 'decided_by_id', 'channel'] as const)
    measures = measures.addColumn(name, 'text');
  for (const name of ['reach_sec', 'open_sec', 'decide_sec'] as const) measures = measures.addColumn(name, 'double precision');
  await measures.addColumn('policy_version', 'integer').execute();
  await db.schema.createIndex('measures_asked').ifNotExists().on('measures').columns(['tenant', 'requested_at', 'approval_id']).execute();

  let attention = db.schema
    .createTable('attention')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.notNull())
    .addColumn('operator_id', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('attention_key', ['approval_id', 'operator_id']);
  for (const name of ['tenant', 'agent_id'] as const) attention = attention.addColumn(name, 'text', column => column.notNull());
  for (const name of ['test', 'content_chars'] as const) attention = attention.addColumn(name, 'integer', column => column.notNull());
  for (const name of ['viewed_at', 'context_at', 'voted_at', 'vote', 'channel'] as const) attention = attention.addColumn(name, 'text');
  await attention.execute();
  await db.schema.createIndex('attention_voted').ifNotExists().on('attention').columns(['tenant', 'voted_at', 'approval_id']).execute();

  let alerts = db.schema
    .createTable('alerts')
    .ifNotExists()
    .addColumn('attempt_id', 'text', column => column.primaryKey());
  for (const name of ['approval_id', 'tenant', 'operator_id', 'channel', 'first_at', 'state'] as const)
    alerts = alerts.addColumn(name, 'text', column => column.notNull());
  await alerts
    .addColumn('failures', 'integer', column => column.notNull())
    .addColumn('error_class', 'text')
    .execute();
  await db.schema.createIndex('alerts_of').ifNotExists().on('alerts').columns(['approval_id']).execute();
  await db.schema.createIndex('alerts_first').ifNotExists().on('alerts').columns(['tenant', 'first_at', 'attempt_id']).execute();
};
