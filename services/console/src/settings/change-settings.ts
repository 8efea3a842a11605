import type { RecordedEvent, SettingsEvent } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { Decider, EventLog } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';

/** What every settings command needs. */
export type SettingsDeps = {
  eventLog: Pick<EventLog, 'handle'>;
  directory: Directory;
  now: () => string;
};

/** Who changes a setting; from the session or the token, never from a body. */
export type Changer = { operatorId: string; tenant: string };

/**
 * Appends what a decision over a settings stream gives, and waits until this process's directory has it: the next read shows the change.
 * @param decide from the stream's events to the new ones; what it throws comes through, and nothing is then recorded.
 */
export const changeSettings = async (
  { eventLog, directory, now }: SettingsDeps,
  by: Changer,
  stream: string,
  decide: (events: readonly RecordedEvent[], at: string) => SettingsEvent[],
): Promise<SettingsEvent[]> => {
  const at = now();
  const decider: Decider<RecordedEvent[], null, SettingsEvent> = {
    initial: [],
    evolve: (seen, event) => [...seen, event as RecordedEvent],
    decide: (_command, seen) => decide(seen, at),
  };
  const actor = `operator:${by.operatorId}`;
  const { events, position } = await eventLog.handle(decider, stream, null, {
    commandId: newId('cmd'),
    tenant: by.tenant,
    actor,
    recordedAt: at,
  });
  if (position !== null) await directory.atLeast(position);
  return events;
};
