import { randomUUID } from 'node:crypto';
import type { LoggedEvent } from '@holdpoint/event-log';
import { openAlarm } from './alarm.ts';
import { openFreshEvents } from './fresh-events.ts';
import { openApprovals } from './open-approvals.ts';
import { AT_ONCE, type Wait } from './open-work.ts';
import { PACE, type Pace } from './pace.ts';
import { openParking } from './park.ts';
import { openRinger } from './ring.ts';
import type { RelayDeps } from './start-relay.ts';
import { openScreens } from './tell-screens.ts';
import { openTelling } from './tell-workers.ts';

/** A clock set back further than this would hold up what was rung by relative times, ms. */
const CLOCK_BACK_MS_MAX = 1_000;
/** Wait before looking again whether this relay may ring, ms. */
const IDLE_LOOK_MS = 500;

/** What is open, and the ringing of it. Rings only while `mayRing` says so; what it hears meanwhile it keeps. */
export const openBell = (deps: RelayDeps, mayRing: () => boolean) => {
  const { messaging, logger, now } = deps;
  const pace: Pace = { ...PACE, ...deps.pace };
  const nowMs = openMsClock(now);
  const ringers = {
    routing: openRinger('routing', pace),
    notification: openRinger('notification', pace),
    callback: openRinger('callback', pace),
  };
  const approvals = openApprovals(ringers);
  const fresh = openFreshEvents();
  const screens = openScreens(messaging);
  const alarm = openAlarm(nowMs, () => ring());
  const parking = openParking({
    eventLog: deps.eventLog,
    now,
    onParked: ({ data }) => {
      logger.error({ ...data }, 'nobody answers for this work; it is parked and rung on slowly');
      deps.seen?.parked?.(data.consumer);
    },
    onFailed: error => logger.warn({ error: String(error) }, 'parked work could not be recorded yet'),
  });
  const arm = (): void => {
    const at = nowMs();
    alarm.set(Math.min(telling.nextMs(), ...Object.values(ringers).map(ringer => ringer.nextMs(at))));
  };
  const telling = openTelling({
    messaging,
    ringers,
    fresh,
    pace,
    relayId: randomUUID(),
    nowMs,
    onRung: (worker, items, again) => deps.seen?.rung?.(worker, items, again),
    onTold: wait => approvals.told(wait, nowMs()),
    onOverdue: wait => parking.park(wait),
    onChanged: arm,
    onRoom: () => ring(),
  });
  let lastMs = 0;

  const ring = (): void => {
    const at = nowMs();
    // A lease renewed late is ours again without another word: look again soon.
    if (!mayRing()) return alarm.set(at + IDLE_LOOK_MS);
    if (at < lastMs - CLOCK_BACK_MS_MAX) makeReady('the clock was set back');
    lastMs = at;
    telling.ringAll(now());
    arm();
  };
  const makeReady = (why: string): void => {
    logger.info({ approvals: approvals.size() }, `ringing again what is unanswered: ${why}`);
    // What the log has said meanwhile may have been rung by another relay: nothing of it is fresh.
    fresh.clear();
    for (const ringer of Object.values(ringers)) ringer.again(nowMs());
  };
  const keeping = {
    begun: (wait: Wait, event: LoggedEvent): void => {
      if (wait.dueMs === AT_ONCE) fresh.keep(wait, event);
    },
    ended: fresh.take,
  };
  const following = { begun: (): void => undefined, ended: fresh.take };

  return {
    /** Events in log order: work first, then the screens. */
    hear: (events: readonly LoggedEvent[]): void => {
      const at = nowMs();
      const ringing = mayRing();
      for (const event of events) approvals.take(event, at, ringing ? keeping : following);
      ring();
      if (ringing) screens.tell(events);
    },
    /** The broker, another relay or a restart may have lost what was rung: all that is unanswered is rung again. */
    ringAgain: (why: string): void => {
      makeReady(why);
      ring();
    },
    approvals,
    close: async (): Promise<void> => {
      alarm.close();
      screens.close();
      await parking.settled();
    },
  };
};
export type Bell = ReturnType<typeof openBell>;

/** The clock as milliseconds since 1970. It is asked several times per event, and mostly says the same instant: that is read once. */
const openMsClock = (now: () => string): (() => number) => {
  let text = '';
  let ms = 0;
  return () => {
    const said = now();
    if (said === text) return ms;
    text = said;
    return (ms = Date.parse(said));
  };
};
