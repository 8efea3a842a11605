import { decisionOf } from '@holdpoint/approval';
import type { Notice } from '@holdpoint/contracts';
import { derivedId } from '@holdpoint/sealing';
import type { Target } from './receiver.ts';
import type { Terminal } from './terminal.ts';

/** Something an app is told: a decision, or a notice about deliveries. */
export type Message = {
  /** The approval or the notice. */
  id: string;
  webhookId: string;
  tenant: string;
  target: Target;
  /** When it came to be, RFC 3339. */
  at: string;
  isNotice: boolean;
  /** Made when it is sent: most messages are sent once. */
  body(): string;
};

/** The same for one message for ever: a receiver that sees it twice knows that it is a repeat. @param originId event that ended the approval, or the notice's id */
export const webhookIdOf = (originId: string): string => derivedId('msg', originId);

/** The decision of an approval, for the app that asked. */
export const decisionMessage = (approvalId: string, { id, data, metadata }: Terminal): Message => ({
  id: approvalId,
  webhookId: webhookIdOf(id),
  tenant: metadata.tenant,
  target: data.private.callback,
  at: metadata.recordedAt,
  isNotice: false,
  body: () => JSON.stringify(decisionOf(data)),
});

/** A notice, in the shape Standard Webhooks recommends for messages. */
export const noticeMessage = (noticeId: string, tenant: string, { type, endpointId, about }: Notice, at: string): Message => ({
  id: noticeId,
  webhookId: webhookIdOf(noticeId),
  tenant,
  target: endpointId,
  at,
  isNotice: true,
  body: () => JSON.stringify({ type, timestamp: at, data: about }),
});
