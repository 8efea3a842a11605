import { idOf, type LiveChange, type LiveMessage } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';

/** Changes in one live message: about 100 KB, far below what the broker takes, and a catch-up does not become one huge message. */
const CHANGES_MAX = 512;

/** What changed, by tenant and in log order, cut into messages. Nothing of the data goes along. */
export const liveMessagesOf = (events: readonly LoggedEvent[]): { tenant: string; message: LiveMessage }[] => {
  const messages: { tenant: string; message: LiveMessage }[] = [];
  const last = new Map<string, LiveChange[]>();
  for (const { stream, revision, type, position, metadata } of events) {
    let changes = last.get(metadata.tenant);
    if (changes === undefined || changes.length >= CHANGES_MAX) {
      changes = [];
      last.set(metadata.tenant, changes);
      messages.push({ tenant: metadata.tenant, message: { changes } });
    }
    changes.push({ approvalId: idOf(stream), stream, revision, type, position });
  }
  return messages;
};
