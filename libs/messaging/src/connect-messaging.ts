import { openInProcessMessaging } from './in-process-messaging.ts';
import type { Messaging, MessagingOptions } from './messaging.ts';
import { openNatsMessaging } from './nats-messaging.ts';

/**
 * Connects to the broker, or opens the in-process transport, which serves all parts of one process through the object returned here.
 * Throws {@link BrokerUnreachable} when no server answers in time.
 */
export const connectMessaging = async (options: MessagingOptions): Promise<Messaging> =>
  options.transport === 'nats' ? openNatsMessaging(options) : openInProcessMessaging(options);
