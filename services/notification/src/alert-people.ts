import {
  idOf,
  isTerminal,
  streamOf,
  type EventMetadata,
  type NotificationEvent,
  type RecordedEvent,
  type WorkItem,
} from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { attemptIdOf, NOBODY_ALERTED, roundKey, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { holdQuiet, nextPerson } from './hold-quiet.ts';
import { isHopeless, wasReached } from './reached.ts';
import { RECIPIENTS_MAX, type Recipient } from './recipients.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { roundOf, type Round } from './round.ts';
import { secretsOf } from './secrets-of.ts';
import type { About } from './send-alert.ts';
import { deliver, isForGood } from './send-all.ts';
import { tellAdministrators } from './tell-administrators.ts';

/**
 * Alerts the people an event asks for: everyone it means, on every verified address, at once, except who is not to be disturbed now; then one
 * append says whom it reached. What an earlier ring recorded is not sent again. When nobody hears of it, admins and owners do.
 */
export const alertPeople = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const asked = await readRound(deps, approvalId, item);
  if (asked === null) return;
  const events = await alert(deps, asked, approvalId);
  const { round, attempts, metadata } = asked;
  await recordAlerts(deps, approvalId, events, attempts, `alert/${round.eventId}`, { eventId: item.id, metadata });
};

type Asked = { round: Round; attempts: Attempts; metadata: EventMetadata; cause: RecordedEvent; history: readonly RecordedEvent[] | null };

const alert = async (deps: Deps, asked: Asked, approvalId: string): Promise<NotificationEvent[]> => {
  const { round, attempts, cause, metadata } = asked;
  const { tenant } = metadata;
  const about: About = { tenant, approvalId, secrets: await secretsOf(deps, tenant, approvalId, asked.history) };
  if ((attempts.nobody.get(roundKey(round)) ?? '') >= round.askedAt) return [];
  if (cause.type === 'GateEvaluated')
    return tellAdministrators(deps, round, about, attempts, cause.data.reachable?.reason ?? 'nobody can answer in time');

  const { people, reach } = deps.asked(tenant, round);
  if (people === 0) return nobodyStandsOnIt(deps, asked, about);
  if (people > RECIPIENTS_MAX)
    deps.logger.warn({ approvalId, operators: people, alerted: RECIPIENTS_MAX }, 'more people are asked than one round alerts');
  const recipients = reach
    .map(to => ({ ...to, attemptId: attemptIdOf(round, to) }))
    .filter(({ attemptId }) => !attempts.byId.has(attemptId));
  if (recipients.length === 0) return [];

  const { awake, held } = holdQuiet(deps, round, tenant, approvalId, recipients);
  const events = [...held, ...(await deliverToSomebody(deps, round, about, recipients, awake))];
  const unheard = movedOnUnheard(asked) ? 'no channel accepted an alert before the next people were asked' : null;
  const hopeless = unheard === null && isHopeless(events, round) ? 'no channel accepts an alert, and nobody else is asked' : null;
  const reason = unheard ?? hopeless;
  if (reason === null || attempts.alarmed.has(round.stepIndex)) return events;
  return [...events, ...(await tellAdministrators(deps, round, about, attempts, reason))];
};

/** Where none of those chosen can be told for good, the next who may decide is told at once. */
const deliverToSomebody = async (
  deps: Deps,
  round: Round,
  about: About,
  chosen: readonly Recipient[],
  awake: readonly Recipient[],
): Promise<NotificationEvent[]> => {
  const events = await deliver(deps, round, about, awake);
  const told = events.some(
    event => (event.type === 'NotificationSent' && event.data.channel !== 'inbox') || event.type === 'NotificationHeld',
  );
  if (told || !events.some(isForGood) || events.some(event => event.type === 'NotificationFailed' && !isForGood(event))) return events;
  const next = nextPerson(deps, round, about.tenant, chosen);
  return next.length === 0 ? events : [...events, ...(await deliver(deps, round, about, next))];
};

/** The step's time passed and nobody had heard of it. */
const movedOnUnheard = ({ cause, attempts, history, round }: Asked): boolean =>
  history !== null &&
  (cause.type === 'EscalationExhausted' || (cause.type === 'ApprovalEscalated' && cause.data.reason === 'timeout')) &&
  !wasReached(attempts, history.slice(0, cause.revision), round.stepIndex);

/** Nobody can be asked. Where the ladder has gone on to the next people in the same moment, or nobody else was meant, that is no alarm. */
const nobodyStandsOnIt = async (deps: Deps, asked: Asked, about: About): Promise<NotificationEvent[]> => {
  const { round, attempts } = asked;
  const { approvalId } = about;
  const { stepIndex, level } = round;
  const history = asked.history ?? (await readHistory(deps, approvalId));
  const wentOn = history.some(
    event =>
      event.type === 'ApprovalEscalated' && event.data.stepIndex === stepIndex && event.data.level > level && event.data.reason === 'empty',
  );
  if (wentOn || round.kind === 'answered' || round.kind === 'stalled') {
    const planned = { approvalId, stepIndex, level, recipients: 0, at: deps.now() };
    return [{ type: 'NotificationPlanned', data: round.cause === undefined ? planned : { ...planned, cause: round.cause } }];
  }
  const saidByGate = history.some(event => event.type === 'GateEvaluated' && event.data.reachable?.ok === false);
  return tellAdministrators(deps, round, about, attempts, 'nobody stands on what this step asks for', !saidByGate);
};

/**
 * The first ring of a request's first step finds nothing to read; any other reads what was alerted, and whether it still matters.
 * @returns null when there is nobody to alert any more
 */
const readRound = async (deps: Deps, approvalId: string, item: WorkItem): Promise<Asked | null> => {
  await deps.eventLog.fetchKeys([item]);
  const event = item.data === undefined ? null : deps.eventLog.open(item);
  if (item.fresh && event?.type === 'ReviewStepOpened' && event.data.step.index === 0) {
    const round = roundOf(event);
    return round === null ? null : { round, attempts: NOBODY_ALERTED, metadata: event.metadata, cause: event, history: null };
  }
  const [attempts, history] = await Promise.all([readAttempts(deps.eventLog, approvalId), readHistory(deps, approvalId)]);
  const cause = history.find(({ id }) => id === item.id);
  if (cause === undefined || history.some(({ type }) => isTerminal(type))) return null;
  const round = roundOf(cause, history.slice(0, cause.revision));
  return round === null ? null : { round, attempts, metadata: cause.metadata, cause, history };
};

/**
 * Everything about an approval, in order.
 * @throws EventErased from the moment on that its erasure is ordered, before its keys are destroyed too; LogUnavailable
 */
export const readHistory = async (deps: Pick<Deps, 'eventLog'>, approvalId: string): Promise<RecordedEvent[]> => {
  const { events } = await deps.eventLog.load(streamOf.approval(approvalId));
  const order = events.find(({ type }) => type === 'ErasureOrdered');
  if (order !== undefined) throw new EventErased(order.stream, order.revision, order.type);
  return events;
};
