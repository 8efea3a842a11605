import { callHook, type FakeProvider, type FakeRequest, type HookAnswer } from './provider.ts';
import { twilioRest } from './twilio-rest.ts';
import { openTwilioState, twilioSignature, type TwilioCall, type TwilioMessage, type TwilioState } from './twilio-state.ts';

/** How a call of Twilio's reaches us: `duplicates` more times, with another signature or none, with other parameters. */
export type TwilioDelivery = { duplicates?: number; signature?: string | null; more?: Readonly<Record<string, string>> };

/**
 * An honest fake of Twilio for one account: messages (SMS and WhatsApp), calls and the Content API. It checks credentials and shapes, refuses
 * with Twilio's codes, knows who opted out and whose WhatsApp window is open, and calls back with Twilio's signature. A call is a conversation:
 * the fake follows our TwiML as far as `<Say>`, `<Gather>` and `<Hangup>` go.
 */
export const openTwilioFake = () => {
  const state = openTwilioState();
  const rest = twilioRest(state);
  return {
    ...state,
    ...messagesOf(state),
    ...callsOf(state),
    handle: (request: FakeRequest) => rest(request),
  } satisfies FakeProvider & Record<string, unknown>;
};
export type TwilioFake = ReturnType<typeof openTwilioFake>;

/** Calls our hook as Twilio does; a fragment of the address is for Twilio itself, neither sent nor signed. */
const deliver = async (
  { authToken, accountSid }: TwilioState,
  address: string,
  members: Readonly<Record<string, string>>,
  { duplicates = 0, signature, more = {} }: TwilioDelivery = {},
): Promise<HookAnswer> => {
  const url = address.split('#', 1)[0]!;
  const form = { AccountSid: accountSid, ApiVersion: '2010-04-01', ...members, ...more };
  const sign = signature === undefined ? twilioSignature(authToken, url, form) : signature;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'user-agent': 'TwilioProxy/1.1',
    ...(sign === null ? {} : { 'x-twilio-signature': sign }),
  };
  const body = new URLSearchParams(form).toString();
  let answer = await callHook(url, { headers, body });
  for (let sent = 0; sent < duplicates; sent++) answer = await callHook(url, { headers, body });
  return answer;
};

const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'YES', 'UNSTOP']);

/** Reports a status. @throws Error when no status was asked for */
const report = (
  state: TwilioState,
  message: TwilioMessage,
  status: string,
  { errorCode, ...delivery }: TwilioDelivery & { errorCode?: number } = {},
): Promise<HookAnswer> => {
  if (message.statusCallback === null) throw new Error('no status callback was asked for');
  const members = {
    MessageSid: message.sid,
    SmsSid: message.sid,
    MessageStatus: status,
    SmsStatus: status,
    To: message.to,
    From: message.from,
    ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
  };
  return deliver(state, message.statusCallback, members, delivery);
};

/** What carriers and people do with messages; each resolves with our answer. */
const messagesOf = (state: TwilioState) => ({
  report: (message: TwilioMessage, status: string, more?: TwilioDelivery & { errorCode?: number }) => report(state, message, status, more),
  /** What becomes of a message by itself: WhatsApp takes free text within 24 hours only, and templates that Meta approved. */
  settle: (message: TwilioMessage): Promise<HookAnswer> => {
    const isWhatsApp = message.to.startsWith('whatsapp:');
    const isOpen = state.windows.has(message.to.replace(/^whatsapp:/, ''));
    if (isWhatsApp && !isOpen && message.contentSid === null) return report(state, message, 'failed', { errorCode: 63016 });
    const content = state.contents.get(message.contentSid ?? '');
    if (content !== undefined && !isOpen && content.approval !== 'approved') return report(state, message, 'failed', { errorCode: 63016 });
    return report(state, message, 'delivered');
  },
  /**
   * Somebody writes to a number of the account, which calls its hook. Twilio acts on STOP and START by itself and still tells us.
   * @param hookUrl unless the number's own
   */
  write: (
    { from, to = '+14155550100', hookUrl, sid = state.nextSid('SM') }: { from: string; to?: string; hookUrl?: string; sid?: string },
    body: string,
    delivery?: TwilioDelivery,
  ) => {
    const word = body.trim().toUpperCase();
    const number = from.replace(/^whatsapp:/, '');
    if (from.startsWith('whatsapp:')) state.windows.add(number);
    else if (STOP_WORDS.has(word)) state.optedOut.add(number);
    else if (START_WORDS.has(word)) state.optedOut.delete(number);
    const members = {
      MessageSid: sid,
      SmsSid: sid,
      SmsStatus: 'received',
      From: from,
      To: to,
      Body: body,
      NumMedia: '0',
      NumSegments: '1',
    };
    return deliver(state, hookUrl ?? state.numbers.get(to)?.smsUrl ?? '', members, delivery);
  },
});

/** What happens to calls; each resolves with our answer, or with null where Twilio calls nobody. */
const callsOf = (state: TwilioState) => {
  const common = (call: TwilioCall, status: string) => ({
    CallSid: call.sid,
    CallStatus: status,
    Direction: 'outbound-api',
    To: call.to,
    Called: call.to,
    From: call.from,
    Caller: call.from,
  });
  const hear = (call: TwilioCall, twiml: string) => {
    call.twiml = twiml;
    call.heard.push(...[...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, text = '']) => unescapeXml(text)));
  };
  return {
    /** Somebody, or a machine, picks up and hears the beginning. */
    pickUp: (call: TwilioCall) => hear(call, call.twiml),
    /** Presses keys; none stands for silence. @throws Error when nothing is asked for, or too many keys are pressed */
    press: async (call: TwilioCall, digits: string, delivery?: TwilioDelivery): Promise<HookAnswer | null> => {
      const gather = /<Gather([^>]*)>/.exec(call.twiml)?.[1];
      if (gather === undefined) throw new Error('the call asks for no keys');
      const attribute = (name: string) => unescapeXml(new RegExp(`${name}="([^"]*)"`).exec(gather)?.[1] ?? '');
      const most = attribute('numDigits');
      if (most !== '' && digits.length > Number(most)) throw new Error(`only ${most} keys are read`);
      if (digits === '' && attribute('actionOnEmptyResult') !== 'true') return null;
      const members = { ...common(call, 'in-progress'), Digits: digits, msg: 'Gather End' };
      const answer = await deliver(state, attribute('action'), members, delivery);
      if (answer.status === 200) hear(call, answer.body);
      return answer;
    },
    /** The call is over. @param status completed, busy, no-answer, failed or canceled */
    end: (call: TwilioCall, status: string, delivery?: TwilioDelivery): Promise<HookAnswer> => {
      if (call.statusCallback === null) throw new Error('no status callback was asked for');
      return deliver(
        state,
        call.statusCallback,
        { ...common(call, status), CallDuration: '12', CallbackSource: 'call-progress-events' },
        delivery,
      );
    },
    /** Somebody calls a number of the account. */
    callIn: ({ from, hookUrl }: { from: string; hookUrl: string }, members: Readonly<Record<string, string>> = {}) =>
      deliver(state, hookUrl, {
        CallSid: state.nextSid('CA'),
        CallStatus: 'ringing',
        Direction: 'inbound',
        From: from,
        To: '+14155550100',
        ...members,
      }),
  };
};

const unescapeXml = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
