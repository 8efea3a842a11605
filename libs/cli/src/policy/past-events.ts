import { categoryOf, idOf, schemaVersionOf, type EventType } from '@holdpoint/contracts';
import { EventErased, type EventLog, type LoggedEvent } from '@holdpoint/event-log';
import { BACKTEST_OPENS, meansSomething, type PastEvent } from '@holdpoint/gate';

/** Streams a backtest reads: the approvals, and the settings their gate looked at. */
export const PAST_PREFIXES = ['approval-', 'organization-', 'gatePolicy-', 'agent-'];

/**
 * An event of the log as a backtest takes it. `private` is opened only where it is looked at: opening is most of the work.
 * @returns null for what means nothing to it, or belongs to another organisation
 * @throws EventUnreadable
 */
export const pastEventOf = (log: Pick<EventLog, 'open'>, tenant: string, event: LoggedEvent): PastEvent | null => {
  if (!meansSomething(event.type) || event.metadata.tenant !== tenant) return null;
  const data = isReadAsStored(event) ? event.data : log.open(event).data;
  return {
    approvalId: categoryOf(event.stream) === 'approval' ? idOf(event.stream) : '',
    position: event.position,
    type: event.type,
    data,
  } as PastEvent;
};

/** The public part needs neither key nor upcast while it is in the newest shape. What the gate said of an edit is opened for its facts. */
const isReadAsStored = ({ type, revision, metadata }: LoggedEvent): boolean =>
  !BACKTEST_OPENS.has(type) &&
  metadata.schemaVersion === schemaVersionOf(type as EventType) &&
  (type !== 'GateEvaluated' || revision < FIRST_EDIT_REVISION);

/** The first gate stands at revision 1; an edit's gate comes after a step was opened. */
const FIRST_EDIT_REVISION = 3;

/**
 * Leaves out every request of which something that has to be opened is erased, to its last event.
 * @returns `unlessErased` runs `open`, and gives null for what is left out; `erased` counts the requests left out so far
 */
export const leaveOutErased = () => {
  const under = new Set<string>();
  let count = 0;
  return {
    erased: () => count,
    unlessErased: (event: LoggedEvent, open: () => PastEvent | null): PastEvent | null => {
      if (under.has(event.stream)) {
        if (event.type === 'ApprovalErased') under.delete(event.stream);
        return null;
      }
      try {
        return open();
      } catch (error) {
        if (!(error instanceof EventErased)) throw error;
        under.add(event.stream);
        count += 1;
        return null;
      }
    },
  };
};
