import { classifyTwilio } from '../../providers/twilio/classify.ts';
import { correlationIn, EMPTY_TWIML, errorCodeIn, formOf, type Form } from '../../providers/twilio/inbound.ts';
import type { Failure, HttpAnswer, InboundItem, InboundRequest, Outcome, Reply } from '../channel.ts';
import { e164Of } from '../phone-number.ts';
import type { Sentences } from '../../own-sentences/shape.ts';
import { sentencesIn } from '../own-sentences.ts';
import { confirmationOf, mayDecide, readDialogue, TRIES_MAX, writeDialogue, type Dialogue } from './dialogue.ts';
import { ask, hangUp, type Words } from './twiml.ts';

/** A call has no room for a reason, and a rejection without one would be asked for it. */
export const REJECTION_NOTE = 'Rejected by telephone; no reason was asked for.';
/** Where nobody knows which language is understood. */
const ENGLISH = 'en';

const OVER = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);
const WORDS: Readonly<Record<string, string>> = {
  completed: 'The call was answered, but no key was pressed',
  busy: 'The line was busy',
  'no-answer': 'Nobody answered',
  canceled: 'The call was canceled',
  failed: 'The call could not be connected',
  machine: 'A machine answered',
  silence: 'The call was answered, but no key was pressed',
};
/** SIP responses that say that there is no such number (RFC 3261 §21): not found, gone, address incomplete, does not exist anywhere. */
const NO_SUCH_NUMBER = new Set(['404', '410', '484', '604']);

/**
 * Keys that were pressed in a call that we placed, or how a call ended. Nobody is heard who calls us: only the number that we called says who is
 * there, and only the address that we gave to that very call says what about.
 * @param request whose signature is right
 */
export const parseVoice = (request: InboundRequest): InboundItem[] => {
  const form = formOf(request);
  const [sid, to, status] = [form.get('CallSid'), e164Of(form.get('To') ?? ''), form.get('CallStatus') ?? ''];
  if (form.get('Direction')?.startsWith('outbound') !== true)
    return [
      {
        kind: 'ignored',
        reason: 'a call that we did not place',
        state: { say: `This number only places calls. ${sentencesIn(ENGLISH).call.goodbye}`, wordsIn: ENGLISH },
      },
    ];
  if (sid === null || to === null) return [{ kind: 'ignored', reason: 'a call without an id or a number' }];
  const correlation = correlationIn(request);
  const dialogue = readDialogue(new URL(request.url).searchParams.get('v') ?? '');
  if (dialogue !== null) return keysOf(form, { sid, to, correlation, dialogue });
  if (!OVER.has(status)) return [{ kind: 'ignored', reason: 'a call that goes on' }];
  return receiptsOf(correlation, `${sid}:${status}`, failureOf(status, form));
};

/** `busy` and the like, by Twilio's error or SIP response where there is one. A call that ends without a key was told to nobody. */
const failureOf = (status: string, form: Form): Failure => {
  const errorCode = errorCodeIn(form);
  if (errorCode !== undefined) return classifyTwilio({ code: errorCode });
  const gone = status === 'failed' && NO_SUCH_NUMBER.has(form.get('SipResponseCode') ?? '');
  return { class: gone ? 'recipient_gone' : 'retryable', code: status, safeMessage: `${WORDS[status]} (${status})` };
};

/** A receipt about nothing has nowhere to go. */
const receiptsOf = (correlation: string | null, inboundId: string, failure: Failure | null): InboundItem[] => {
  if (correlation === null) return [{ kind: 'ignored', reason: 'a call about no request' }];
  const receipt = { kind: 'receipt' as const, inboundId, correlation, at: null };
  return [failure === null ? { ...receipt, status: 'delivered' } : { ...receipt, status: 'failed', failure }];
};

type Call = { sid: string; to: string; correlation: string | null; dialogue: Dialogue };

const isMachine = (form: Form): boolean => /^(machine|fax)/.test(form.get('AnsweredBy') ?? '');

const keysOf = (form: Form, call: Call): InboundItem[] => {
  const { sid, correlation, dialogue } = call;
  const digits = form.get('Digits') ?? '';
  if (isMachine(form) || digits === '') {
    const why = isMachine(form) ? 'machine' : 'silence';
    const failure: Failure = { class: 'retryable', code: why, safeMessage: `${WORDS[why]} (${why})` };
    // Who had pressed a key before has heard it: a failure ranks below that.
    return [next(call, null, 'nothingPressed'), ...receiptsOf(correlation, `${sid}:${why}`, failure)];
  }
  return [
    dialogue.step === 'menu' ? menuKey(digits, call) : decisionKeys(digits, call),
    ...receiptsOf(correlation, `${sid}:delivered`, null),
  ];
};

/** What the call says next, without the engine, in the language it began in. @param dialogue null ends it, with a goodbye */
const next = (
  { correlation, dialogue: { language } }: Call,
  dialogue: Dialogue | null,
  name: keyof Sentences['call'] | null,
): InboundItem => {
  const over = dialogue === null || dialogue.tries > TRIES_MAX;
  const { call } = sentencesIn(language);
  const said = [...(name === null ? [] : [call[name]]), ...(over ? [call.goodbye] : [])].join(' ');
  return {
    kind: 'ignored',
    reason: 'a key of the menu',
    state: { say: said === '' ? null : said, wordsIn: language, correlation, dialogue: over ? null : writeDialogue(dialogue) },
  };
};

const press = (
  { sid, to, correlation, dialogue: { language } }: Call,
  name: string,
  handle: string,
  then: Dialogue | null,
  note?: string,
): InboundItem => ({
  kind: 'press',
  inboundId: `${sid}:${name}`,
  identities: [to],
  handle,
  ...(note === undefined ? {} : { note }),
  wordsIn: language,
  reply: { correlation, dialogue: then === null ? null : writeDialogue(then) },
});

const menuKey = (key: string, call: Call): InboundItem => {
  const { dialogue } = call;
  const again = { ...dialogue, tries: dialogue.tries + 1 };
  if (key === '1')
    return dialogue.claim === null
      ? next(call, null, 'thanks')
      : press(call, 'claim', dialogue.claim, mayDecide(dialogue) ? { ...again, claim: null } : null);
  if (key === '2') return next(call, again, null);
  if (key === '3') return next(call, again, 'cannotPassOn');
  if (key === '4' && mayDecide(dialogue)) return next(call, { ...again, step: 'code' }, null);
  return next(call, again, 'unknownKey');
};

/** The code, and after it the verb. */
const decisionKeys = (digits: string, call: Call): InboundItem => {
  const { dialogue } = call;
  const [code, key] = [digits.slice(0, -1), digits.slice(-1)];
  const verb = key === '1' ? 'approve' : key === '2' ? 'reject' : null;
  const handle = verb === null ? null : dialogue[verb];
  if (code !== confirmationOf(dialogue) || verb === null || handle === null)
    return next(call, { ...dialogue, tries: dialogue.tries + 1 }, 'notTheCode');
  return press(call, verb, handle, null, verb === 'reject' ? REJECTION_NOTE : undefined);
};

/** What the person hears. @param outcomes of the items in their order: a press is always the first; none when they are not known in time */
export const answerVoice = (hookUrl: string, items: readonly InboundItem[], outcomes: readonly Outcome[]): HttpAnswer => {
  for (const item of items) {
    if (item.kind === 'press') return spoken(hookUrl, item.reply, toldOf(item.wordsIn ?? ENGLISH, outcomes[0]));
    if (item.kind === 'ignored' && item.state !== undefined) {
      const { say = null, wordsIn } = item.state;
      return spoken(hookUrl, item.state, say === null ? undefined : { text: say, wordsIn: wordsIn ?? ENGLISH });
    }
  }
  return EMPTY_TWIML;
};

/** The engine's words in their own language, which are the decider's English where no others stand for them. */
const toldOf = (language: string, outcome: Outcome | undefined): Words =>
  outcome === undefined || outcome.text === ''
    ? { text: sentencesIn(language).call.received, wordsIn: language }
    : { text: outcome.text, wordsIn: accentOf(language, outcome.wordsIn ?? ENGLISH) };

/** A call in `fr-CA` goes on in it where words are in `fr`. */
const accentOf = (language: string, wordsIn: string): string => (sentencesIn(language).language === wordsIn ? language : wordsIn);

const spoken = (hookUrl: string, { dialogue: written, correlation = null }: Reply, words: Words | undefined): HttpAnswer => {
  const dialogue = written == null ? null : readDialogue(written);
  const body =
    dialogue === null
      ? hangUp(words ?? { text: sentencesIn(ENGLISH).call.goodbye, wordsIn: ENGLISH })
      : ask(dialogue, { hookUrl, correlation }, words);
  return { ...EMPTY_TWIML, body };
};
