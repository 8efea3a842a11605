import { expect, it } from 'vitest';
import { aMessage } from '../a-message.fixture.ts';
import { inbox } from './inbox.ts';

it('takes every alert and sends nothing', async () => {
  const nowhere = {
    request: () => Promise.reject(new Error('nothing is sent')),
    fetch: () => Promise.reject(new Error('nothing is sent')),
  };
  const channel = inbox.open(inbox.config.parse({}), {
    http: nowhere,
    hookUrl: 'https://approvals.example.test/channels/inbox/x',
    nowMs: () => 0,
  });
  const to = { address: 'opr_aaaaaaaaaaaaaaaaaaaaaaaaaa', route: null };
  expect(await channel.send(to, aMessage(), { attemptId: 'a', correlation: null })).toEqual({
    outcome: 'accepted',
    providerMessageId: null,
  });
  expect(await channel.healthCheck()).toBeNull();
  expect(inbox.render(aMessage())).toBeNull();
});
