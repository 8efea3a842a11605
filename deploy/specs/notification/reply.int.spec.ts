import { streamOf, type VerifyAddressReply } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { TENANT } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAS_NUMBER, CHATS, startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';

let world: AnsweringPeople;
beforeAll(async () => {
  world = await startAnsweringPeople();
});
afterAll(() => world.close());

const types = async (id: string) => (await world.approval(id)).map(({ type }) => type);
const codeIn = (body: string | null): string => /Code ([2-9A-Z]{5})\./.exec(body ?? '')![1]!;
const write = (words: string, from = ADAS_NUMBER) => world.fake.twilio.write({ from, hookUrl: world.hooks.sms }, words);
const texts = (number = ADAS_NUMBER) => world.fake.twilio.messages.filter(({ to }) => to === number).map(({ body }) => body ?? '');
const said = async (words: RegExp) => {
  await expect.poll(() => texts().at(-1), { timeout: 5_000 }).toMatch(words);
};
const person = async (name: string) => (await world.parts.eventLog.load(streamOf.operator(`opr_${name}`))).events;

describe('a reply by text message', () => {
  it('approves by its code, in any case, and says so', async () => {
    const id = await world.ask(['ada']);
    const { body } = await world.text(id, ADAS_NUMBER);
    await write(` a ${codeIn(body).toLowerCase()} `);
    await said(/Approved/);
    expect(await types(id)).toContain('ApprovalGranted');
    expect(await world.answers(id)).toMatchObject([
      { type: 'ChannelReplyAccepted', data: { channel: 'sms', verb: 'approve', operatorId: 'opr_ada' } },
    ]);
  });

  it('counts also before its message is on record, because a slower address keeps the round open, and is no wrong code', async () => {
    world.fake.telegram.mishaps.add(String(CHATS.cid), { delayMs: 2_500 });
    const before = texts().length;
    const id = await world.ask(['ada', 'cid']);
    await expect.poll(() => texts().length).toBe(before + 1);
    expect(await world.events(id)).toEqual([]);
    await write(`A ${codeIn(texts().at(-1)!)}`);
    await expect.poll(() => types(id)).toContain('ApprovalGranted');
    await said(/Approved/);
    expect((await person('ada')).filter(({ type }) => type === 'ReplyCodeRefused')).toEqual([]);
  });

  it('is answered in the language of whoever wrote', async () => {
    const reads = (language: string) =>
      world.settings(streamOf.operator('opr_ada'), {
        type: 'ProfileSet',
        data: { operatorId: 'opr_ada', language, timeZone: 'Europe/Vienna', at: world.parts.now() },
      });
    await reads('de-AT');
    const id = await world.ask(['ada']);
    const code = codeIn((await world.text(id, ADAS_NUMBER)).body);
    await write(`A ${code} but only half`);
    await said(/Nach der Freigabe steht kein weiteres Wort/);
    await write('A 22222');
    await said(/keiner Ihrer offenen Codes/);
    await write(`A ${code}`);
    await said(/^Holdpoint: Freigegeben\. Der Agent darf weitermachen\.$/);
    await reads('en');
  });

  it('rejects with the reason, and a second reply is the first one again', async () => {
    const id = await world.ask(['ada']);
    const code = codeIn((await world.text(id, ADAS_NUMBER)).body);
    await write(`R ${code} wrong order`);
    await said(/Rejected/);
    const end = (await world.approval(id)).find(({ type }) => type === 'ApprovalRejected');
    expect(end?.data).toMatchObject({ private: { note: 'wrong order' } });
    expect(JSON.stringify(await world.events(id))).not.toContain(code);
  });

  it('decides nothing by a bare word, with conditions, or with a character that is taken for another', async () => {
    const id = await world.ask(['ada']);
    const code = codeIn((await world.text(id, ADAS_NUMBER)).body);
    const before = texts().length;
    await write('yes please');
    await write(`A ${code} but only half`);
    await said(/takes no further words/);
    await write('A 0O1IL');
    await said(/no 0, O, 1, I or L/);
    await write(`A ${code}`, '+14155559999');
    expect(texts('+14155559999')).toEqual([]);
    expect(texts().length).toBe(before + 2);
    expect(await types(id)).not.toContain('StepApproved');
    expect(await world.answers(id)).toEqual([]);
  });

  it('with wrong codes locks after five, tells the person elsewhere, and then not even the right one counts', async () => {
    const id = await world.ask(['ada']);
    const code = codeIn((await world.text(id, ADAS_NUMBER)).body);
    const chat = () => world.fake.telegram.messages.filter(({ chatId, text }) => chatId === CHATS.ada && text.includes('locked'));
    for (let tries = 0; tries < 5; tries += 1) await write(`A 2222${tries + 2}`);
    await expect.poll(() => chat().length, { timeout: 5_000 }).toBe(1);
    expect((await person('ada')).filter(({ type }) => type === 'ReplyCodeRefused')).toHaveLength(5);
    expect((await person('ada')).filter(({ type }) => type === 'ReplyCodesLocked')).toHaveLength(1);
    await write(`A ${code}`);
    await said(/for an hour/);
    expect(await types(id)).not.toContain('StepApproved');
  });
});

describe('a receipt', () => {
  it('is recorded when it says more than is known, in whatever order and however often it comes', async () => {
    const id = await world.ask(['ada']);
    const message = await world.text(id, ADAS_NUMBER);
    await world.fake.twilio.report(message, 'delivered', { duplicates: 2 });
    await world.fake.twilio.report(message, 'sent');
    await world.fake.twilio.report(message, 'undelivered', { errorCode: 30003 });
    const events = (await world.events(id)).filter(
      ({ type, data }) => (data as { channel?: string }).channel === 'sms' && type !== 'NotificationSent',
    );
    expect(events.map(({ type }) => type)).toEqual(['NotificationDelivered']);
  });

  it('that comes before its message is on record, because a slower address keeps the round open, is recorded after it', async () => {
    world.fake.telegram.mishaps.add(String(CHATS.cid), { delayMs: 3_500 });
    const before = texts().length;
    const id = await world.ask(['ada', 'cid']);
    await expect.poll(() => texts().length).toBe(before + 1);
    await world.fake.twilio.report(
      world.fake.twilio.messages.findLast(({ to }) => to === ADAS_NUMBER)!,
      'delivered',
    );
    expect(await world.events(id)).toEqual([]);
    const ofText = async () =>
      (await world.events(id)).filter(({ data }) => (data as { channel?: string }).channel === 'sms').map(({ type }) => type);
    await expect.poll(ofText, { timeout: 10_000 }).toEqual(['NotificationSent', 'NotificationDelivered']);
  });

  it('that says the number is dead disables it, and its owner is told elsewhere', async () => {
    await world.addAddress('cid', 'sms', '+14155550177');
    const id = await world.ask(['cid']);
    const message = await world.text(id, '+14155550177');
    await world.fake.twilio.report(message, 'undelivered', { errorCode: 30005 });
    const failed = (await world.events(id)).find(({ type }) => type === 'NotificationFailed');
    expect(failed?.data).toMatchObject({ errorClass: 'recipient_gone', permanent: true, nextAttemptAt: null });
    expect(world.parts.directory.operator('opr_cid')?.addresses.some(({ channel }) => channel === 'sms')).toBe(false);
    await expect
      .poll(() => world.fake.telegram.messages.some(({ chatId, text }) => chatId === CHATS.cid && text.includes('SMS')), { timeout: 5_000 })
      .toBe(true);
  });
});

describe('a person who wants nothing more', () => {
  it('has the address switched off', async () => {
    await world.addAddress('dan', 'sms', '+14155550188');
    await write('STOP', '+14155550188');
    expect(world.parts.directory.operator('opr_dan')?.addresses.some(({ channel }) => channel === 'sms')).toBe(false);
    expect((await person('dan')).at(-1)).toMatchObject({ type: 'ChannelAddressDisabled', data: { reason: 'optedOut' } });
  });
});

describe('an enrolment', () => {
  const start = async (name: string, channel: 'telegram' | 'sms', address: string | null, lastsMs = 600_000) => {
    const operatorId = `opr_${name}`;
    const addressId = newId('adr');
    const at = world.parts.now();
    await world.settings(streamOf.operator(operatorId), {
      type: 'EnrolmentStarted',
      data: { operatorId, addressId, channel, expiresAt: new Date(Date.parse(at) + lastsMs).toISOString(), at, private: { address } },
    });
    const begun = await world.parts.messaging.request<{ outcome: string; link?: string }>(
      'hp.cmd.notification.enrol',
      { tenant: TENANT, addressId },
      { timeoutMs: 5_000 },
    );
    return { operatorId, addressId, begun };
  };
  const tokenOf = ({ begun }: Awaited<ReturnType<typeof start>>) => new URL(begun.link!).searchParams.get('start')!;
  const verify = (operatorId: string, addressId: string, code: string) =>
    world.parts.messaging.request<VerifyAddressReply>(
      'hp.cmd.notification.verifyAddress',
      { tenant: TENANT, operatorId, addressId, code },
      { timeoutMs: 5_000 },
    );
  const heard = (chatId: number) => world.fake.telegram.messages.findLast(message => message.chatId === chatId)?.text ?? '';

  it('is completed by opening the link from the account, once', async () => {
    const started = await start('ben', 'telegram', null);
    await world.fake.telegram.start(2_002, tokenOf(started));
    await expect.poll(() => heard(2_002), { timeout: 5_000 }).toMatch(/linked to ben/);
    expect((await person('ben')).slice(-2)).toMatchObject([
      { type: 'ChannelAddressAdded', data: { channel: 'telegram', private: { address: '2002' } } },
      { type: 'ChannelAddressVerified', data: { addressId: started.addressId } },
    ]);
    await world.fake.telegram.start(2_003, tokenOf(started));
    await expect.poll(() => heard(2_003), { timeout: 5_000 }).toMatch(/used already/);
    expect(world.parts.directory.operator('opr_ben')?.addresses.filter(({ channel }) => channel === 'telegram')).toHaveLength(1);
  });

  it('takes no account that is somebody else’s already, no forged token and none that is too old', async () => {
    await world.fake.telegram.start(CHATS.ada, tokenOf(await start('eve', 'telegram', null)));
    await expect.poll(() => heard(CHATS.ada), { timeout: 5_000 }).toMatch(/somebody else/);
    const { addressId } = await start('eve', 'telegram', null);
    await world.fake.telegram.start(2_004, `${addressId.slice(4)}${'a'.repeat(26)}`);
    await expect.poll(() => heard(2_004), { timeout: 5_000 }).toMatch(/not known here/);
    await world.fake.telegram.start(2_005, tokenOf(await start('eve', 'telegram', null, 1)));
    await expect.poll(() => heard(2_005), { timeout: 5_000 }).toMatch(/too late/);
    expect(world.parts.directory.operator('opr_eve')?.addresses.some(({ channel }) => channel === 'telegram')).toBe(false);
  });

  it('by code is verified with the code that was sent there', async () => {
    const { operatorId, addressId } = await start('gus', 'sms', '+14155550166');
    const code = /(\d{6})/.exec(texts('+14155550166')[0] ?? '')![1]!;
    expect(await verify('opr_eve', addressId, code)).toMatchObject({ outcome: 'refused', code: 'unknown_enrolment' });
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    expect(await verify(operatorId, addressId, wrong)).toMatchObject({
      outcome: 'refused',
      code: 'wrong_code',
      detail: expect.stringContaining('4 more tries') as string,
    });
    expect(await verify(operatorId, addressId, code)).toEqual({ outcome: 'verified', operatorId, addressId });
    expect(world.parts.directory.operator(operatorId)?.addresses).toContainEqual(
      expect.objectContaining({ channel: 'sms', address: '+14155550166', verified: true }),
    );
    expect(await verify(operatorId, addressId, code)).toMatchObject({ outcome: 'refused', code: 'unknown_enrolment' });
    expect(JSON.stringify(await person('gus'))).not.toContain(code);
  });

  it('is over after five wrong codes, also when they come at once', async () => {
    const { operatorId, addressId } = await start('gus', 'sms', '+14155550165');
    const code = /(\d{6})/.exec(texts('+14155550165')[0] ?? '')![1]!;
    const wrong = (n: number) => String((Number(code) + n) % 1_000_000).padStart(6, '0');
    await Promise.all([1, 2, 3].map(n => verify(operatorId, addressId, wrong(n))));
    for (let n = 4; n <= 7; n += 1) await verify(operatorId, addressId, wrong(n));
    expect(
      (await person('gus')).filter(
        ({ type, data }) => type === 'EnrolmentFailed' && (data as { addressId: string }).addressId === addressId,
      ),
    ).toHaveLength(5);
    expect(await verify(operatorId, addressId, code)).toMatchObject({ outcome: 'refused', code: 'too_many_tries' });
  });

  it('by link is not to be had by a code', async () => {
    const { operatorId, addressId } = await start('eve', 'telegram', '4711');
    expect(await verify(operatorId, addressId, '123456')).toMatchObject({ code: 'unknown_enrolment' });
  });
});
