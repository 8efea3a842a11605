import type { AlertChannel } from '@holdpoint/contracts';
import { NoResponder, RequestTimeout, ResponderFailed, type Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';

/** A provider may take its time to answer a check or a message, milliseconds. */
const ANSWER_MS_MAX = 20_000;

/** What the notification service says when somebody wants to be told somewhere new, or a test is sent. */
export type Begun = { outcome: 'sent' } | { outcome: 'link'; link: string; paste?: string } | { outcome: 'refused'; detail: string };
export type ChannelDescription = {
  id: AlertChannel;
  displayName: string;
  capabilities: { enrolment: string; defaultCeiling: string; needsOpenWindow: boolean; paid: boolean } & Record<string, unknown>;
  /** JSON Schema of the settings. */
  config: Record<string, unknown>;
  secrets: string[];
  /** Whether the installation brings it for organisations without their own settings. */
  installed: boolean;
};
/** Answer of `hp.query.channels`. @property publicUrl base URL under which providers call back */
export type ChannelDescriptions = { channels: ChannelDescription[]; publicUrl: string };

/**
 * Asks the notification service over request/reply.
 * @throws ProblemError 503 when it does not answer: nothing was changed by asking.
 */
export const askNotification = async <Answer>(messaging: Pick<Messaging, 'request'>, subject: string, body: object): Promise<Answer> => {
  try {
    return await messaging.request<Answer>(subject, body, { timeoutMs: ANSWER_MS_MAX });
  } catch (error) {
    if (error instanceof NoResponder || error instanceof RequestTimeout || error instanceof ResponderFailed)
      throw new ProblemError('notification_unavailable', 503, 'The notification service does not answer. Try again in a moment.', {
        headers: { 'retry-after': '5' },
      });
    throw error;
  }
};
