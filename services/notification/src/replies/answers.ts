import { setTimeout as delay } from 'node:timers/promises';
import { streamOf, type AlertChannel, type Event, type MessageHandle, type RecordedEvent } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import type { Deps } from '../deps.ts';
import { evolve, NOBODY_ALERTED, type Attempt, type Attempts } from '../attempts.ts';

/** An answer that is on record, by the provider's id of what came in. */
export type Answered = { taken: true } | { taken: false; reason: string };

/** What people were shown about one approval and what they answered from channels, folded from `notification-<id>`. */
export type Answers = {
  /** Null when nobody was shown anything. */
  tenant: string | null;
  attempts: Attempts;
  byInboundId: ReadonlyMap<string, Answered>;
  /** Verbs that were taken from a message: a second press of it is the first one again. */
  taken: ReadonlySet<string>;
  refusals: number;
};

export const answerKey = (channel: AlertChannel, inboundId: string): string => `${channel}/${inboundId}`;
export const takenKey = (attemptId: string, verb: string): string => `${attemptId}/${verb}`;

/** Folds the events of `notification-<id>`, in order. */
export const foldAnswers = (events: readonly RecordedEvent[]): Answers => {
  let attempts = NOBODY_ALERTED;
  const byInboundId = new Map<string, Answered>();
  const taken = new Set<string>();
  let refusals = 0;
  for (const recorded of events) {
    const event = recorded as Event;
    attempts = evolve(attempts, event, recorded.revision);
    if (event.type === 'ChannelReplyAccepted') {
      byInboundId.set(answerKey(event.data.channel, event.data.inboundId), { taken: true });
      taken.add(takenKey(event.data.attemptId, event.data.verb));
    } else if (event.type === 'ChannelReplyRefused') {
      byInboundId.set(answerKey(event.data.channel, event.data.inboundId), { taken: false, reason: event.data.reason });
      refusals += 1;
    }
  }
  return { tenant: events[0]?.metadata.tenant ?? null, attempts, byInboundId, taken, refusals };
};

/** @throws LogUnavailable */
export const readAnswers = async (eventLog: Pick<EventLog, 'load'>, approvalId: string): Promise<Answers> =>
  foldAnswers((await eventLog.load(streamOf.notification(approvalId))).events);

/** A round is recorded when its slowest address has answered, so a quick person, browser or provider may come before. So long it is looked again, milliseconds. */
const QUICK_MS_MAX = 1_500;
/** The same for what surely comes, milliseconds: nearly every address has answered or is given up by then. */
export const AHEAD_MS_MAX = 16_000;
/** First pause between two looks, milliseconds; each is half as long again as the one before. */
const FIRST_PAUSE_MS = 200;

/**
 * What is known of an approval's messages, as soon as it holds what somebody speaks of; after `patienceMs` without it.
 * @throws LogUnavailable
 */
export const readAnswersWith = async (
  eventLog: Pick<EventLog, 'load'>,
  approvalId: string,
  holds: (answers: Answers) => boolean,
  patienceMs = QUICK_MS_MAX,
): Promise<Answers> => {
  for (let pauseMs = FIRST_PAUSE_MS, leftMs = patienceMs; ; leftMs -= pauseMs, pauseMs *= 1.5) {
    const answers = await readAnswers(eventLog, approvalId);
    if (pauseMs > leftMs || holds(answers)) return answers;
    await delay(pauseMs);
  }
};

/** The message a handle was in, and what the handle says; null when none has it. */
export const findHandle = ({ attempts }: Answers, hash: string): { attempt: Attempt; verb: MessageHandle['verb'] } | null => {
  for (const attempt of attempts.byId.values()) {
    const handle = attempt.handles.find(one => one.hash === hash);
    if (handle !== undefined) return { attempt, verb: handle.verb };
  }
  return null;
};

/**
 * What is known of an approval's messages, as soon as it holds the handle or code of this hash. One that went out from here a moment ago is waited for
 * until the round it came in must be on record, any other for `otherwiseMs`.
 * @throws LogUnavailable
 */
export const readAnswersTo = (
  { eventLog, offered }: Pick<Deps, 'eventLog' | 'offered'>,
  approvalId: string,
  hash: string,
  otherwiseMs = QUICK_MS_MAX,
): Promise<Answers> => {
  const patienceMs = offered.in(hash) === null ? otherwiseMs : AHEAD_MS_MAX;
  return readAnswersWith(eventLog, approvalId, answers => findHandle(answers, hash) !== null, patienceMs);
};
