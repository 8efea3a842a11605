import type { Message, MessageAction } from '../channel.ts';
import { cutText } from '../plain-text.ts';

/** What our service worker is told. */
export type PushPayload = {
  kind: Message['kind'];
  title: string;
  body: string;
  risk: Message['riskLevel'];
  /** The page that a click opens. */
  url: string;
  /** After that the notification is of no use, RFC 3339. */
  expiresAt: string | null;
  /** A newer notification with the same tag takes the older one's place. */
  tag: string;
  actions: Pick<MessageAction, 'verb' | 'label' | 'handle'>[];
};

/** A body of 4 096 bytes holds 3 993 of payload; half of that is enough for two lines on a lock screen. Bytes. */
export const PAYLOAD_BYTES_MAX = 2_000;
const TITLE_CHARS_MAX = 120;
const LABEL_CHARS_MAX = 30;

/**
 * The notification: our own words, and buttons for what is decided with one look, so for low risk alone. A lock screen is no place for more; a
 * click opens the request. Notifications show text as it is: no markup, no link of the agent can come to life there.
 */
export const pushPayload = (message: Message): PushPayload => {
  const { kind, title, lines, riskLevel, approvalId, link, actions, expiresAt } = message;
  const payload = (body: string): PushPayload => ({
    kind,
    title: cut(title, TITLE_CHARS_MAX),
    body,
    risk: riskLevel,
    url: link.url,
    expiresAt,
    tag: approvalId ?? kind,
    actions:
      riskLevel === 'low' && kind !== 'decided'
        ? actions.map(({ verb, label, handle }) => ({ verb, label: cut(label, LABEL_CHARS_MAX), handle }))
        : [],
  });
  const whole = lines.join('\n');
  for (let charsMax = whole.length; charsMax > 0; charsMax = Math.floor(charsMax / 2)) {
    const fitted = payload(cut(whole, charsMax));
    if (Buffer.byteLength(JSON.stringify(fitted)) <= PAYLOAD_BYTES_MAX) return fitted;
  }
  return payload('');
};

const cut = (text: string, charsMax: number): string => (text.length <= charsMax ? text : `${cutText(text, charsMax - 1)}…`);
