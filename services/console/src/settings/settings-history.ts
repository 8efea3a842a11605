import { comparePositions, type EventLog } from '@holdpoint/event-log';
import { streamOf, type RecordedEvent } from '@holdpoint/contracts';
import type { NameOf } from '../review/history-words.ts';
import { settingsWords } from './settings-words.ts';

/** Who changed what in the organisation's own settings, newest first: rules, teams, schedules, escalations, policies. */
export const settingsHistory = async (eventLog: Pick<EventLog, 'load'>, tenant: string, nameOf: NameOf, limit: number) => {
  const streams = [streamOf.organization(tenant), streamOf.schedule(tenant), streamOf.gatePolicy(tenant)];
  const loaded = await Promise.all(streams.map(stream => eventLog.load(stream)));
  return loaded
    .flatMap(({ events }) => events)
    .sort(newestFirst)
    .slice(0, limit)
    .map(event => ({
      id: event.id,
      stream: event.stream,
      revision: event.revision,
      type: event.type,
      at: event.metadata.recordedAt,
      actor: event.metadata.actor,
      by: nameOf(event.metadata.actor.replace(/^operator:/, '')),
      summary: settingsWords(event, nameOf) ?? event.type,
    }));
};

const newestFirst = (a: RecordedEvent, b: RecordedEvent): number => {
  if (a.stream === b.stream) return b.revision - a.revision;
  return a.position !== undefined && b.position !== undefined
    ? comparePositions(b.position, a.position)
    : b.metadata.recordedAt.localeCompare(a.metadata.recordedAt);
};
