import type { AlertChannel } from '@holdpoint/contracts';
import type { Messaging } from '@holdpoint/messaging';
import { askService } from './ask-service.ts';

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

/** Asks the notification service. @throws ProblemError 503 when it does not answer: nothing was changed by asking. */
export const askNotification = <Answer>(messaging: Pick<Messaging, 'request'>, subject: string, body: object): Promise<Answer> =>
  askService<Answer>(messaging, 'notification', subject, body);
