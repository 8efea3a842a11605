import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Event, NotificationEvent } from '@holdpoint/contracts';
import { attemptIdOf } from './attempts.ts';
import type { Deps } from './deps.ts';
import { isLostAddress, loseAddress } from './lost-address.ts';
import { paceAlerts } from './pace-alerts.ts';
import { inInbox, type Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { leaveInInbox, sendAlert, type About } from './send-alert.ts';

/**
 * Sends what is to go out now and keeps back the rest. Who is lost on every address that was tried is told on the next one at once, whatever the rules
 * would wait for.
 */
export const deliver = async (deps: Deps, round: Round, about: About, recipients: readonly Recipient[]): Promise<NotificationEvent[]> => {
  const { now, held } = paceAlerts(deps, round, about.tenant, about.approvalId, recipients);
  const events = await sendAll(deps, round, about, now);
  const waiting = new Map(held.map(event => [event.data.attemptId, event]));
  let next = nextOf(events, recipients, waiting);
  while (next.length > 0) {
    for (const { attemptId } of next) waiting.delete(attemptId);
    events.push(...(await sendAll(deps, round, about, next)));
    next = nextOf(events, recipients, waiting);
  }
  return [...events, ...waiting.values()];
};

/** Of everybody whose addresses so far all failed for good, the next one their rules name. */
const nextOf = (
  events: readonly NotificationEvent[],
  recipients: readonly Recipient[],
  waiting: ReadonlyMap<string, Event<'NotificationHeld'>>,
): Recipient[] => {
  const lost = lostPeople(events);
  return [...lost].flatMap(operatorId => {
    const own = recipients.filter(to => to.operatorId === operatorId && isByRule(waiting.get(to.attemptId)));
    return own.slice(0, 1);
  });
};
const isByRule = (event: Event<'NotificationHeld'> | undefined): boolean => event?.data.reason === 'rule';

/** People of whom every address that was tried failed for good. */
const lostPeople = (events: readonly NotificationEvent[]): Set<string> => {
  const tried = new Map<string, boolean>();
  for (const event of events) {
    if (event.type !== 'NotificationSent' && event.type !== 'NotificationFailed') continue;
    if (event.data.channel === 'inbox') continue;
    const { operatorId } = event.data;
    tried.set(operatorId, (tried.get(operatorId) ?? true) && isForGood(event));
  }
  return new Set([...tried].filter(([, lost]) => lost).map(([operatorId]) => operatorId));
};
export const isForGood = (event: NotificationEvent): boolean => event.type === 'NotificationFailed' && event.data.nextAttemptAt === null;

/** To write one alert and start sending it takes a third of a millisecond: so many in one turn of the loop, and whoever asks meanwhile has a turn too. */
const STARTS_PER_TURN = 3;

/** All at once: one address that hangs or fails delays no other. Whoever no address can reach is left the inbox. */
export const sendAll = async (
  deps: Deps,
  round: Round,
  about: About,
  recipients: readonly Recipient[],
  failures: (attemptId: string) => number = () => 0,
): Promise<NotificationEvent[]> => {
  const events: NotificationEvent[] = [];
  const addressed: Recipient[] = [];
  for (const recipient of recipients)
    if (recipient.channel === 'inbox') events.push(leaveInInbox(deps, round, about.approvalId, recipient));
    else addressed.push(recipient);
  if (addressed.length === 0) return events;

  let turn: Promise<unknown> = Promise.resolve();
  const sent = await Promise.all(
    addressed.map(async (to, index) => {
      if (index > 0 && index % STARTS_PER_TURN === 0) turn = turn.then(() => nextTurn());
      await turn;
      const event = await sendAlert(deps, round, about, to, failures(to.attemptId));
      // What tells of a lost address disables no further one in its turn: the next alert will.
      const lost = isLostAddress(event) && round.kind !== 'addressLost' && event.type === 'NotificationFailed';
      return [event, ...(lost ? await loseAddress(deps, about, to, event.data.errorClass) : [])];
    }),
  );
  events.push(...sent.flat());
  const lost = lostPeople(sent.map(([event]) => event!));
  for (const { operatorId, operatorName } of new Map(addressed.map(to => [to.operatorId, to])).values()) {
    if (!lost.has(operatorId)) continue;
    const inbox = inInbox({ operatorId, operatorName });
    events.push(leaveInInbox(deps, round, about.approvalId, { ...inbox, attemptId: attemptIdOf(round, inbox) }));
  }
  return events;
};
