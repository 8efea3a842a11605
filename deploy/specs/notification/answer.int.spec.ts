import { streamOf } from '@holdpoint/contracts';
import { evaluation, hashOf, ordinarily, person, refund, routeStep } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHATS, handleOn, startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';

let world: AnsweringPeople;
beforeAll(async () => {
  world = await startAnsweringPeople();
});
afterAll(() => world.close());

const types = async (id: string) => (await world.approval(id)).map(({ type }) => type);
const lastAlert = () => world.fake.telegram.alerts.at(-1)?.text ?? '';
/** People are told after the provider's call was answered. */
const told = async (words: RegExp) => {
  await expect.poll(lastAlert, { timeout: 5_000 }).toMatch(words);
};

describe('a button in a channel', () => {
  it('decides in the name of whom it was sent to, once, however often it is pressed', async () => {
    const id = await world.ask(['ada']);
    const { messageId } = await world.chat(id, CHATS.ada);
    const { answer } = await world.fake.telegram.press(messageId, 'Approve', { duplicates: 2 });
    expect(answer.status).toBe(200);
    await told(/Approved\. The agent may go on/);
    const granted = (await world.approval(id)).find(({ type }) => type === 'ApprovalGranted');
    expect(granted?.data).toMatchObject({ decision: { by: { kind: 'operator', id: 'opr_ada' }, channel: 'telegram' } });
    expect(await world.answers(id)).toMatchObject([
      { type: 'ChannelReplyAccepted', data: { operatorId: 'opr_ada', channel: 'telegram', verb: 'approve' } },
    ]);
    const before = await types(id);
    const approve = JSON.stringify(world.fake.telegram.messages.find(message => message.messageId === messageId)?.markup);
    expect(approve).not.toContain('Approve');
    expect(before.filter(type => type === 'StepApproved')).toHaveLength(1);
  });

  it('may be pressed before the round it came in is on record', async () => {
    // Cid's alert takes its time, and a round is recorded when all of it is out.
    world.fake.telegram.mishaps.add(String(CHATS.cid), { delayMs: 2_500 });
    const id = await world.ask(['ada', 'cid']);
    const mine = () =>
      world.fake.telegram.messages.find(({ chatId, markup }) => chatId === CHATS.ada && JSON.stringify(markup).includes(id.slice(4)));
    await expect.poll(mine, { timeout: 5_000 }).toBeTruthy();
    expect(await world.events(id)).toEqual([]);
    await world.fake.telegram.press(mine()!.messageId, 'Approve');
    await expect.poll(() => types(id)).toContain('ApprovalGranted');
  });

  it('asks why something is rejected, and tells the agent', async () => {
    const id = await world.ask(['ada']);
    const { messageId } = await world.chat(id, CHATS.ada);
    await world.fake.telegram.press(messageId, 'Reject');
    const question = await expect
      .poll(() => world.fake.telegram.messages.find(({ text, chatId }) => chatId === CHATS.ada && text.startsWith('Why is it rejected')), {
        timeout: 5_000,
      })
      .toBeTruthy()
      .then(() => world.fake.telegram.messages.findLast(({ text }) => text.startsWith('Why is it rejected'))!);
    expect(await types(id)).not.toContain('StepRejected');
    expect(await world.answers(id)).toEqual([]);
    await world.fake.telegram.reply(question.messageId, 'The order is not eligible.');
    const rejected = (await world.approval(id)).find(({ type }) => type === 'ApprovalRejected');
    expect(rejected?.data).toMatchObject({ private: { note: 'The order is not eligible.' } });
  });

  it('is refused and explained when somebody else presses it, in a group, or from an account nobody linked', async () => {
    const id = await world.ask(['ada']);
    const message = await world.chat(id, CHATS.ada);
    const handle = handleOn(message, 'Approve');
    const press = (more: object) => world.fake.telegram.press(message.messageId, 'Approve', more);
    await press({ group: true });
    await told(/somebody else/);
    // A copy of the button in another private chat, which only a forged client can make.
    const copy = await world.chat(await world.ask(['cid']), CHATS.cid);
    await world.fake.telegram.press(copy.messageId, { data: handle });
    await expect.poll(async () => (await world.answers(id)).length).toBe(2);
    world.fake.telegram.hasStarted(CHATS.stranger);
    expect(await world.answers(id)).toMatchObject([
      { type: 'ChannelReplyRefused', data: { operatorId: null, reason: 'not_yours', verb: 'approve' } },
      { type: 'ChannelReplyRefused', data: { operatorId: 'opr_cid', reason: 'not_yours', verb: 'approve' } },
    ]);
    expect(await types(id)).not.toContain('StepApproved');
  });

  it('that was forged is refused, and one that names nothing of ours leaves no trace', async () => {
    const id = await world.ask(['ada']);
    const { messageId } = await world.chat(id, CHATS.ada);
    await world.fake.telegram.press(messageId, { data: `hp1${id.slice(4)}${'a'.repeat(26)}` });
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'unknown_handle', attemptId: null, operatorId: 'opr_ada' } }]);
    const nowhere = `apr_${'z'.repeat(26)}`;
    await world.fake.telegram.press(messageId, { data: `hp1${nowhere.slice(4)}${'a'.repeat(26)}` });
    await told(/not known here/);
    expect((await world.parts.eventLog.load(streamOf.notification(nowhere))).revision).toBe(-1);
  });

  it('is refused once the action was edited', async () => {
    const id = await world.ask(['ada', 'cid']);
    const message = await world.chat(id, CHATS.ada);
    const approve = handleOn(message, 'Approve');
    const approvers = { roles: [], operators: ['opr_ada', 'opr_cid'] };
    await world.handle(id, {
      type: 'Modify',
      ...ordinarily,
      by: person('cid', 'senior'),
      channel: 'console',
      now: world.parts.now(),
      action: refund(20),
      actionHash: hashOf(refund(20)),
      evaluation: evaluation({ steps: [routeStep({ approvers, approveCount: 2 })] }),
    });
    await world.fake.telegram.press(message.messageId, { data: approve });
    await told(/has changed/);
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'stale_content', operatorId: 'opr_ada' } }]);
    expect((await types(id)).filter(type => type === 'StepApproved')).toHaveLength(1);
  });

  it('names who was faster, and says that the time is over', async () => {
    const lost = await world.ask(['ada', 'cid']);
    const message = await world.chat(lost, CHATS.ada);
    const approve = handleOn(message, 'Approve');
    await world.handle(lost, { type: 'Reject', ...ordinarily, by: person('cid', 'senior'), channel: 'console', now: world.parts.now() });
    await world.fake.telegram.press(message.messageId, { data: approve });
    await told(/cid/i);
    expect(await world.answers(lost)).toMatchObject([{ data: { reason: 'already_decided', operatorId: 'opr_ada' } }]);

    const late = await world.ask(['ada']);
    const tooLate = await world.chat(late, CHATS.ada);
    const data = handleOn(tooLate, 'Approve');
    await world.handle(late, { type: 'ExpireApproval', now: new Date(Date.now() + 7_200_000).toISOString() });
    await world.fake.telegram.press(tooLate.messageId, { data });
    expect(await world.answers(late)).toMatchObject([{ type: 'ChannelReplyRefused', data: { reason: 'already_decided' } }]);
  });

  it('approves nothing above the ceiling that holds when it is pressed, and leads to the console', async () => {
    const id = await world.ask(['ada'], { riskLevel: 'medium' });
    const { messageId } = await world.chat(id, CHATS.ada);
    await world.policy({ ceilings: { telegram: 'low' } });
    await world.fake.telegram.press(messageId, 'Approve');
    await world.policy({ ceilings: {} });
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'channel_ceiling', operatorId: 'opr_ada' } }]);
    await told(/only low risk .* open the console/);
    expect(await types(id)).toContain('DecisionRefused');
  });

  it('approves nothing from an address that is too new', async () => {
    const id = await world.ask(['ada']);
    const { messageId } = await world.chat(id, CHATS.ada);
    await world.policy({ coolDownSec: 2_592_000 });
    await world.fake.telegram.press(messageId, 'Approve');
    await world.policy({ coolDownSec: 0 });
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'too_early' } }]);
    await told(/may approve from/);
  });
});

describe('a call that is not the provider’s', () => {
  it('is refused and learns nothing', async () => {
    const post = (url: string, headers: Record<string, string> = {}) =>
      fetch(url, { method: 'POST', body: '{"update_id":1}', headers: { 'content-type': 'application/json', ...headers } });
    expect((await post(world.hooks.telegram)).status).toBe(401);
    expect((await post(world.hooks.telegram, { 'x-telegram-bot-api-secret-token': 'guess' })).status).toBe(401);
    expect((await post(world.hooks.telegram.replace('/telegram/', '/slack/'))).status).toBe(404);
    expect((await post(`${world.url}/channels/telegram/${'a'.repeat(26)}`)).status).toBe(404);
    expect((await post(world.hooks.telegram, { 'content-type': 'text/strange' })).status).toBe(401);
    const large = await fetch(world.hooks.telegram, { method: 'POST', body: 'x'.repeat(262_145) });
    expect(large.status).toBe(413);
  });
});
