import { streamOf } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { TENANT } from '@holdpoint/testing';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';

const SECRET = 'the-mail-servers-own-secret-0123456789';
let world: AnsweringPeople;
let hook = '';
beforeAll(async () => {
  world = await startAnsweringPeople();
  const hookId = newId('hk').slice('hk_'.length);
  hook = `${world.url}/channels/email/${hookId}`;
  const config = {
    smtpUrl: `smtp://holdpoint:p%40ss@127.0.0.1:${world.mail.port}`,
    from: 'Holdpoint <alerts@example.test>',
    replyDomain: 'reply.example.test',
    inboundSecret: SECRET,
    authservId: 'mx.reply.example.test',
  };
  await world.settings(streamOf.organization(TENANT), {
    type: 'ChannelConnected',
    data: { channel: 'email', hookId, by: 'opr_dan', at: world.parts.now(), private: { config } },
  });
});
afterAll(() => world.close());

const types = async (id: string) => (await world.approval(id)).map(({ type }) => type);
const mailTo = (address: string, of: (raw: string) => boolean) =>
  world.mail.messages.findLast(({ to, raw }) => to[0] === address && of(raw));
/** Where an answer to Ada's mail about it goes. */
const replyTo = async (id: string): Promise<string> => {
  await world.until(id, all => all.filter(({ type }) => type === 'NotificationSent').length >= 3);
  const { replyTo: to } = await PostalMime.parse(mailTo('ada@example.test', raw => raw.includes(id))!.raw);
  return to![0]!.address!;
};
let mails = 0;
const write = (to: string, text: string, { from = 'ada@example.test', dmarc = 'pass', more = [] as string[], secret = SECRET } = {}) =>
  fetch(hook, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'message/rfc822' },
    body: [
      `Authentication-Results: mx.reply.example.test; dmarc=${dmarc} header.from=${from.slice(from.indexOf('@') + 1)}`,
      `From: Somebody <${from}>`,
      `To: <${to}>`,
      'Subject: Re: Approval needed',
      `Message-ID: <${++mails}@mail.example.test>`,
      ...more,
      '',
      text,
      '',
    ].join('\r\n'),
  });

describe('an answer to a mail', () => {
  it('approves by one word, from the address it went to', async () => {
    const id = await world.ask(['ada']);
    const answered = await write(await replyTo(id), 'Approve\r\n\r\nOn Sunday Holdpoint wrote:\r\n> reject everything');
    expect(answered.status).toBe(200);
    expect((await world.approval(id)).find(({ type }) => type === 'ApprovalGranted')?.data).toMatchObject({
      decision: { channel: 'email', by: { id: 'opr_ada' } },
    });
  });

  it('rejects with the reason', async () => {
    const id = await world.ask(['ada']);
    await write(await replyTo(id), 'reject: order A-1 was paid back already');
    expect((await world.approval(id)).find(({ type }) => type === 'ApprovalRejected')?.data).toMatchObject({
      private: { note: 'order A-1 was paid back already' },
    });
  });

  it('decides nothing when the sender is not proven, is somebody else, sets conditions, or is a machine', async () => {
    const id = await world.ask(['ada']);
    const to = await replyTo(id);
    await write(to, 'approve', { dmarc: 'fail' });
    await write(to, 'approve', { from: 'cid@example.test' });
    await write(to, 'approve half of it');
    await write(to, 'approve', { more: ['Auto-Submitted: auto-replied'] });
    expect((await write(to, 'approve', { secret: 'another-secret-than-the-right-one-0123' })).status).toBe(401);
    expect(await types(id)).not.toContain('StepApproved');
    expect((await world.answers(id)).map(({ data }) => ['reason' in data && data.reason, data.operatorId])).toEqual([
      ['not_yours', null],
      ['not_yours', 'opr_cid'],
    ]);
  });

  it('approves nothing above low risk', async () => {
    const id = await world.ask(['ada'], { riskLevel: 'high' });
    const to = await replyTo(id);
    await write(to, 'approve');
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'not_allowed_here' } }]);
    await write(to, 'reject no');
    expect(await types(id)).toContain('ApprovalRejected');
  });
});
