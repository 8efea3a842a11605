import type { LoggedEvent } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { liveMessagesOf } from './live-changes.ts';

/** Pause between live messages, ms. What is told after a pause goes at once; under load the changes of this long share a message. */
const PAUSE_MS = 10;

const isOfSettings = ({ stream }: LoggedEvent): boolean => stream.startsWith('gatePolicy-') || stream.startsWith('organization-');

/** Tells whoever listens what changed, by tenant and in log order. */
export const openScreens = (messaging: Pick<Messaging, 'publishLive'>) => {
  let gathered: LoggedEvent[] = [];
  let pause: NodeJS.Timeout | undefined;

  const tell = (events: readonly LoggedEvent[]): void => {
    for (const { tenant, message } of liveMessagesOf(events)) messaging.publishLive(tenant, message);
    pause = setTimeout(flush, PAUSE_MS);
  };
  const flush = (): void => {
    pause = undefined;
    const events = gathered;
    gathered = [];
    if (events.length > 0) tell(events);
  };

  return {
    tell: (heard: readonly LoggedEvent[]): void => {
      // What becomes of policies and settings is no approval's change.
      const events = heard.some(isOfSettings) ? heard.filter(event => !isOfSettings(event)) : heard;
      if (events.length === 0) return;
      if (pause === undefined) tell(events);
      else for (const event of events) gathered.push(event);
    },
    /** Tells what is left. */
    close: (): void => {
      clearTimeout(pause);
      flush();
      clearTimeout(pause);
    },
  };
};
