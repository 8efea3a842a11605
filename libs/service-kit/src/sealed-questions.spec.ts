import { randomBytes } from 'node:crypto';
import { SEALED_SUBJECTS } from '@holdpoint/contracts';
import { connectMessaging, type Messaging, ResponderFailed } from '@holdpoint/messaging';
import { openMasterKey } from '@holdpoint/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QuestionUnreadable, sealQuestions } from './sealed-questions.ts';

const SUBJECT = 'hp.query.channelConfig';
const SECRET = 'xoxb-of-nobody-else';
const TIME = { timeoutMs: 1_000 };
const aKey = () => openMasterKey({ base64: randomBytes(32).toString('base64') });

let broker: Messaging;
let logged: string[];
let heard: { subject: string; question: unknown; answer: unknown }[];
/** What whoever holds the broker puts in place of an answer. */
let forge: ((answer: unknown) => unknown) | null;

/** The broker, with somebody who listens in and may change what comes back. */
const tapped = (): Messaging => ({
  ...broker,
  request: async <R>(subject: string, question: unknown, options: { timeoutMs: number }): Promise<R> => {
    const answer = await broker.request<unknown>(subject, question, options);
    heard.push({ subject, question, answer });
    return (forge?.(answer) ?? answer) as R;
  },
});
const sealed = (key = aKey()): Messaging => sealQuestions(tapped(), key, (_level, text) => logged.push(text));
const echo = (messaging: Messaging, subject = SUBJECT) =>
  messaging.respond(subject, 'spec', (body, asked) => Promise.resolve({ asked, body }));

beforeEach(async () => {
  broker = await connectMessaging({ transport: 'inProcess' });
  [logged, heard, forge] = [[], [], null];
});
afterEach(() => broker.close());

describe('a question with a secret', () => {
  it.each(SEALED_SUBJECTS)('is understood on %s, and whoever listens reads neither it nor the answer', async subject => {
    const messaging = sealed();
    echo(messaging, subject);
    expect(await messaging.request(subject, { token: SECRET }, TIME)).toEqual({ asked: subject, body: { token: SECRET } });
    expect(heard).toHaveLength(1);
    expect(JSON.stringify(heard)).not.toContain(SECRET);
    expect(heard[0]).toEqual({
      subject,
      question: { sealed: expect.stringMatching(/^hp1\./) as string },
      answer: { sealed: expect.stringMatching(/^hp1\./) as string },
    });
  });

  it('opens under no other subject', async () => {
    const messaging = sealed();
    echo(messaging);
    echo(messaging, 'hp.query.connectionCheck');
    await messaging.request(SUBJECT, { token: SECRET }, TIME);
    expect(await broker.request('hp.query.connectionCheck', heard[0]!.question, TIME)).toEqual({ unreadable: true });
    expect(await broker.request(SUBJECT, heard[0]!.question, TIME)).not.toEqual({ unreadable: true });
  });

  it.each([null, 'text', {}, { sealed: 1 }, { sealed: 'hp1.0.0' }, { token: SECRET }])(
    'is not %j: that is answered without a look at it, and logged without a word of it',
    async question => {
      let looked = 0;
      sealed().respond(SUBJECT, 'spec', () => Promise.resolve((looked += 1)));
      expect(await broker.request(SUBJECT, question, TIME)).toEqual({ unreadable: true });
      expect(looked).toBe(0);
      expect(logged).toEqual([expect.stringContaining(SUBJECT)]);
      expect(logged.join()).not.toContain(SECRET);
    },
  );

  it('says what is wrong where the two sides have different master keys', async () => {
    echo(sealed());
    const failed = await sealed()
      .request(SUBJECT, { token: SECRET }, TIME)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(QuestionUnreadable);
    expect(failed).toBeInstanceOf(ResponderFailed);
    expect(String(failed)).toMatch(/hp\.query\.channelConfig.*same master key/);
    expect(String(failed)).not.toContain(SECRET);
  });

  it('takes no answer but its own: neither a made one nor that to the same question before', async () => {
    const messaging = sealed();
    echo(messaging);
    await messaging.request(SUBJECT, { of: 'ada' }, TIME);
    for (const made of [heard[0]!.answer, { fault: null }, heard[0]!.question]) {
      forge = () => made;
      await expect(messaging.request(SUBJECT, { of: 'ada' }, TIME)).rejects.toBeInstanceOf(QuestionUnreadable);
    }
  });

  it('whose answerer fails says so as ever', async () => {
    const messaging = sealed();
    messaging.respond(SUBJECT, 'spec', () => Promise.reject(new Error(SECRET)));
    await expect(messaging.request(SUBJECT, {}, TIME)).rejects.not.toBeInstanceOf(QuestionUnreadable);
    await expect(messaging.request(SUBJECT, {}, TIME)).rejects.toBeInstanceOf(ResponderFailed);
  });
});

describe('a question without one', () => {
  it('passes as it is', async () => {
    const messaging = sealed();
    echo(messaging, 'hp.cmd.decision.*');
    await messaging.request('hp.cmd.decision.approve', { note: 'ok' }, TIME);
    expect(heard[0]).toEqual({
      subject: 'hp.cmd.decision.approve',
      question: { note: 'ok' },
      answer: { asked: 'hp.cmd.decision.approve', body: { note: 'ok' } },
    });
  });
});
