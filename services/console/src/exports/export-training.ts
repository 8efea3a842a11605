import { isTerminal, type DecidedBy, type ExportQuery, type TerminalData } from '@holdpoint/contracts';
import { StreamGone, type EventLog } from '@holdpoint/event-log';
import type { Kysely } from 'kysely';
import { decidedRows } from '../read-model/decided-rows.ts';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { ApprovalRow, ReadModelTables } from '../read-model/schema.ts';
import { Erased, loadApproval, type ApprovalRecord } from '../review/load-approval.ts';
import type { Export, ExportRecord } from './export-format.ts';

type Deps = { read: Kysely<ReadModelTables>; eventLog: Pick<EventLog, 'load' | 'loadRaw'> };

/**
 * What agents proposed, the context as people saw it, and what they decided and why: material for tuning a model. Only what a person decided about a
 * live request; people by id and role, without their names.
 * @throws CursorUnreadable with the first record when `cursor` is not one this export gave out
 */
export const exportTraining = (deps: Deps, tenant: string, query: ExportQuery): Export => ({
  columns: ['approvalId', 'requestedAt', 'agent', 'tool', 'proposed', 'context', 'decided', 'cursor'],
  records: trainingRecords(deps, tenant, query),
});

async function* trainingRecords({ read, eventLog }: Deps, tenant: string, query: ExportQuery): AsyncGenerator<ExportRecord> {
  const after = query.cursor === undefined ? '' : readCursor(query.cursor);
  for await (const row of decidedRows(read, tenant, query, after)) {
    if (row.test === 1 || byOf(row)?.kind !== 'operator') continue;
    const record = await stillThere(() => loadApproval(eventLog, row.id, tenant));
    const example = record && exampleOf(record, row);
    if (example) yield example;
  }
}

const byOf = (row: ApprovalRow): DecidedBy | null => (row.decided_by === null ? null : (JSON.parse(row.decided_by) as DecidedBy));

/** What was erased while the file was being written, or removed from the log, has nothing to learn from. */
const stillThere = async <T>(load: () => Promise<T>): Promise<T | null> => {
  try {
    return await load();
  } catch (error) {
    if (error instanceof StreamGone || error instanceof Erased) return null;
    throw error;
  }
};

const exampleOf = ({ approval, context }: ApprovalRecord, row: ApprovalRow): ExportRecord | null => {
  const [asked] = approval;
  const ended = approval.find(({ type }) => isTerminal(type));
  if (asked?.type !== 'ApprovalRequested' || ended === undefined) return null;
  const { decision, private: said } = ended.data as TerminalData;
  return {
    approvalId: row.id,
    requestedAt: asked.data.requestedAt,
    agent: asked.data.agent,
    tool: asked.data.toolName,
    proposed: { ...asked.data.private.arguments, action: asked.data.private.action },
    context,
    decided: {
      decision: decision.decision,
      by: { id: decision.by.id, role: decision.by.role ?? null },
      channel: decision.channel,
      decidedAt: decision.decidedAt,
      reasonCode: decision.reasonCode ?? null,
      note: said.note,
      approvedAction: said.approvedAction,
      diff: said.diff ?? null,
    },
    cursor: writeCursor(row.sort_key),
  };
};
