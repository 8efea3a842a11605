import { streamOf, type AlertChannel, type Event } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';

/** What paid channels may cost a day. */
export type Spending = {
  /** Takes units out of today's allowance; false when it is used up. Without a limit everything is allowed. @throws LogUnavailable */
  take(tenant: string, channel: AlertChannel, unitsPerDayMax: number | undefined, units: number): Promise<boolean>;
};

/** Units reserved in the log at a time: one append for so many messages, and at most so many lost to the day when a process dies. */
const BLOCK_UNITS = 20;
const CONFLICTS_MAX = 8;

/**
 * Keeps the allowance in the log: every process reserves a block of units at the exact revision of the day's stream before it uses any, so that all
 * replicas together never use more than the limit.
 */
export const openSpending = (eventLog: Pick<EventLog, 'append' | 'load'>, now: () => string): Spending => {
  const left = new Map<string, number>();

  const reserve = async (tenant: string, channel: AlertChannel, day: string, max: number): Promise<number> => {
    const stream = streamOf.spend(`${tenant}_${channel}_${day}`);
    for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
      const { events } = await eventLog.load(stream);
      const reserved = (events as Event[]).reduce((sum, event) => sum + (event.type === 'UnitsReserved' ? event.data.units : 0), 0);
      const units = Math.min(BLOCK_UNITS, max - reserved);
      if (units <= 0) return 0;
      const revision = events.length - 1;
      try {
        await eventLog.append(stream, [{ type: 'UnitsReserved', data: { channel, day, units, at: now() } }], {
          expectedRevision: revision < 0 ? 'none' : revision,
          commandId: `units/${process.pid}/${revision}/${now()}`,
          tenant,
          actor: 'service:notification',
          recordedAt: now(),
        });
        return units;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
    return 0;
  };

  return {
    take: async (tenant, channel, unitsPerDayMax, units) => {
      if (unitsPerDayMax === undefined) return true;
      const day = now().slice(0, 10);
      const key = `${tenant}/${channel}/${day}`;
      while ((left.get(key) ?? 0) < units) {
        const more = await reserve(tenant, channel, day, unitsPerDayMax);
        if (more === 0) return false;
        left.set(key, (left.get(key) ?? 0) + more);
      }
      left.set(key, (left.get(key) ?? 0) - units);
      for (const known of left.keys()) if (!known.endsWith(day)) left.delete(known);
      return true;
    },
  };
};
