import { createHmac } from 'node:crypto';
import { openMishaps, type FakeAnswer } from './provider.ts';

/** A message that was taken. `to` and `from` as they were given, `whatsapp:` included. */
export type TwilioMessage = {
  sid: string;
  to: string;
  from: string;
  body: string | null;
  contentSid: string | null;
  contentVariables: Record<string, string>;
  statusCallback: string | null;
  validityPeriod: number;
};
/** A call that was placed, and what it is being told now. */
export type TwilioCall = {
  sid: string;
  to: string;
  from: string;
  twiml: string;
  statusCallback: string | null;
  statusCallbackEvents: string[];
  machineDetection: string | null;
  timeout: number;
  timeLimit: number | null;
  /** What the person or machine at the other end heard, in order. */
  heard: string[];
};
export type TwilioContent = {
  sid: string;
  friendlyName: string;
  language: string;
  variables: Record<string, string>;
  types: object;
  approval: string;
};

/** What a number of the account does with what comes in. */
export type TwilioNumber = { smsUrl: string; voiceUrl: string };

const sid = (prefix: string, count: number): string => `${prefix}${count.toString(16).padStart(32, '0')}`;

export const openTwilioState = () => {
  let last = 0;
  return {
    accountSid: sid('AC', 0xa11),
    authToken: '0123456789abcdef0123456789abcdef',
    apiKeySid: sid('SK', 0x5e),
    apiKeySecret: 'abcdefabcdefabcdefabcdefabcdefab',
    /** The account's numbers; a call or message from any other is refused. */
    numbers: new Map<string, TwilioNumber>([['+14155550100', { smsUrl: '', voiceUrl: '' }]]),
    whatsappSenders: new Set(['whatsapp:+14155550100']),
    /** Messaging Services, with the number they send from and where they send what comes in. */
    services: new Map<string, { from: string; inboundRequestUrl: string }>([
      [sid('MG', 1), { from: '+14155550100', inboundRequestUrl: '' }],
    ]),
    optedOut: new Set<string>(),
    /** Who wrote on WhatsApp within 24 hours. */
    windows: new Set<string>(),
    messages: [] as TwilioMessage[],
    calls: [] as TwilioCall[],
    contents: new Map<string, TwilioContent>(),
    mishaps: openMishaps(),
    nextSid: (prefix: string) => sid(prefix, ++last),
  };
};
export type TwilioState = ReturnType<typeof openTwilioState>;

/** An error as Twilio's REST API words it. */
export const twilioError = (status: number, code: number, message: string, headers?: Record<string, string>): FakeAnswer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  ...(headers === undefined ? {} : { headers }),
});

/** `X-Twilio-Signature` over a URL and a form: the names in order, each followed by its value (Twilio, Webhooks Security). */
export const twilioSignature = (authToken: string, url: string, form: Readonly<Record<string, string>>): string =>
  createHmac('sha1', authToken)
    .update(
      url +
        Object.keys(form)
          .toSorted()
          .map(name => name + form[name])
          .join(''),
      'utf8',
    )
    .digest('base64');
