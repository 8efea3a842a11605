import { decide, evolve, initial, type RecordRefusal } from '@holdpoint/approval';
import type { ApprovalEvent, DecisionCommand, DecisionVerb } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { eventIdOf } from '@holdpoint/sealing';
import type { Logger } from '@holdpoint/service-kit';
import type { Answered } from './answer-to.ts';
import { causedBy } from './append-decision.ts';

type Deps = { eventLog: Pick<EventLog, 'handle'>; logger: Pick<Logger, 'warn'> };

/** Verbs whose refusal an auditor wants to see; a remark or a claim that was refused is none. */
const DECIDING: ReadonlySet<DecisionVerb> = new Set<DecisionVerb>([
  'approve',
  'reject',
  'modify',
  'escalate',
  'delegate',
  'reassign',
  'extend',
  'bypass',
  'review',
  'erase',
]);

/**
 * Puts a refused attempt to decide on record, where it is worth it (the decider says) and not there already. The person gets the answer in
 * any case: when the log cannot take it now, that is logged.
 */
export const putOnRecord = async (
  { eventLog, logger }: Deps,
  stream: string,
  verb: DecisionVerb,
  command: DecisionCommand,
  { refusal }: Answered,
): Promise<void> => {
  if (refusal === undefined || !DECIDING.has(verb)) return;
  const { before, by, code, detail, now } = refusal;
  const commandId = `${command.commandId}:refused`;
  if (before.ids.includes(eventIdOf(commandId, 0))) return;
  const record: RecordRefusal = { type: 'RecordRefusal', by, verb, code, detail, channel: command.channel, now };
  const decider = { initial, evolve, decide: (asked: RecordRefusal, state: typeof initial): ApprovalEvent[] => decide(asked, state) };
  try {
    await eventLog.handle(decider, stream, record, { ...causedBy(command, before, now), commandId, known: before });
  } catch (error) {
    logger.warn({ err: error, stream, verb, code }, 'a refused decision could not be put on record');
  }
};
