import type { KeyObject } from 'node:crypto';
import { idOf, isTerminal, type Event } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent } from '@holdpoint/event-log';
import { codeHashOf } from './handles.ts';

/** What an open code stands for. */
export type OpenCode = { approvalId: string; attemptId: string };

/** The codes that people could answer with now, folded from the log; the codes themselves are nowhere, only their keyed hashes. */
export type OpenCodes = {
  /** Whether this person has a code with that hash open for something: a message that is about to be sent then takes another one. */
  isTaken(operatorId: string, codeHash: string): boolean;
  /** What this person's code stands for: nothing, one thing, or by a rare chance more. Waits until the log was read. */
  find(operatorId: string, code: string): Promise<readonly OpenCode[]>;
  close(): Promise<void>;
};

/** Approvals whose end is remembered, so that a message that is recorded after it leaves no code open for ever. */
const ENDED_MAX = 10_000;

/** Folds the events of `notification-` and `approval-` streams. Pure but for its own memory. */
export const foldCodes = () => {
  /** Operator → hash → what it stands for. */
  const byOperator = new Map<string, Map<string, OpenCode[]>>();
  /** Approval → whose codes it has. */
  const byApproval = new Map<string, { operatorId: string; hash: string }[]>();
  const ended = new Set<string>();

  const end = (approvalId: string): void => {
    ended.add(approvalId);
    if (ended.size > ENDED_MAX) ended.delete(ended.values().next().value!);
    for (const { operatorId, hash } of byApproval.get(approvalId) ?? []) {
      const own = byOperator.get(operatorId);
      const left = (own?.get(hash) ?? []).filter(code => code.approvalId !== approvalId);
      if (left.length > 0) own?.set(hash, left);
      else own?.delete(hash);
      if (own?.size === 0) byOperator.delete(operatorId);
    }
    byApproval.delete(approvalId);
  };
  const sent = ({ data }: Event<'NotificationSent'>): void => {
    const { approvalId, attemptId, operatorId, handles = [] } = data;
    if (handles.length === 0 || ended.has(approvalId)) return;
    const own = byOperator.get(operatorId) ?? new Map<string, OpenCode[]>();
    const open = byApproval.get(approvalId) ?? [];
    for (const hash of new Set(handles.map(handle => handle.hash))) {
      const others = (own.get(hash) ?? []).filter(code => code.attemptId !== attemptId);
      own.set(hash, [...others, { approvalId, attemptId }]);
      open.push({ operatorId, hash });
    }
    byOperator.set(operatorId, own);
    byApproval.set(approvalId, open);
  };
  return {
    /** @param stream where it stands: a terminal event names no approval of its own */
    take: (stream: string, event: Event): void => {
      if (event.type === 'NotificationSent') sent(event);
      else if (isTerminal(event.type)) end(idOf(stream));
    },
    of: (operatorId: string, hash: string): readonly OpenCode[] => byOperator.get(operatorId)?.get(hash) ?? [],
    /** Approvals that have something open. */
    size: (): number => byApproval.size,
  };
};

type Deps = { eventLog: Pick<EventLog, 'subscribe'>; key: KeyObject; logger: { info(fields: object, text: string): void } };

/** Opens the index; the log is read from its start when a code is first needed, so an organisation without such channels reads nothing. */
export const openCodes = ({ eventLog, key, logger }: Deps): OpenCodes => {
  const codes = foldCodes();
  const caughtUp = Promise.withResolvers<void>();
  let subscription: ReturnType<EventLog['subscribe']> | null = null;

  const read = (): Promise<void> => {
    if (subscription === null) {
      logger.info({}, 'reading from the log which reply codes are open');
      // Nothing private is needed: events are taken as they are stored, unopened.
      const onEvents = (events: LoggedEvent[]): void => {
        for (const { stream, type, data } of events) codes.take(stream, { type, data } as Event);
      };
      const onCaughtUp = (): void => caughtUp.resolve();
      subscription = eventLog.subscribe({
        name: 'reply codes',
        from: 'start',
        prefixes: ['notification-', 'approval-'],
        onEvents,
        onCaughtUp,
      });
    }
    return caughtUp.promise;
  };
  return {
    isTaken: (operatorId, codeHash) => {
      void read();
      return codes.of(operatorId, codeHash).length > 0;
    },
    find: async (operatorId, code) => {
      await read();
      return codes.of(operatorId, codeHashOf(key, operatorId, code));
    },
    close: async () => {
      await subscription?.close();
    },
  };
};
