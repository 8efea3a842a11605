import { streamOf, type AlertChannel, type JsonObject } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { TEAMS_BOT, TENANT } from '@holdpoint/testing';
import { createECDH } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAS_NUMBER, CHATS, startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';
import { urlsIn, urlsInMail } from './urls-in.ts';

/** Programs that open links before, or instead of, the people they were sent to. */
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; SafeLinks/1.0; +https://example.com)',
  'Barracuda Sentinel (EE)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'TelegramBot (like TwitterBot)',
  'WhatsApp/2.23.20.0',
  'facebookexternalhit/1.1',
  'SkypeUriPreview Preview/0.5',
  'GoogleImageProxy',
  'curl/8.5.0',
];
/** Times each of GET and HEAD. */
const FETCHES = 20;

let world: AnsweringPeople;
beforeAll(async () => {
  world = await startAnsweringPeople();
}, 60_000);
afterAll(() => world.close());

type Setup = { config: JsonObject; address: string; route?: string };
const ADAS_PAGE_ID = '6254477777001';
const ADAS_INSTAGRAM_ID = '1535148674001';
const ADAS_WHATSAPP = '+436641000001';
const ADAS_SLACK = 'U0ADA1000';
const ADAS_TEAMS = '0a1b2c3d-0000-4000-8000-00000000ada1';

/** Every channel but those that are set up in every such spec: what it takes to reach Ada there. */
const setups = (): Partial<Record<AlertChannel, Setup>> => {
  const { fake } = world;
  const { meta, slack, teams, push, twilio, origin } = fake;
  const graph = { accessToken: meta.accessToken, appSecret: meta.appSecret, verifyToken: 'a verify token', baseUrl: `${origin}/meta` };
  for (const id of [ADAS_PAGE_ID, ADAS_INSTAGRAM_ID, ADAS_WHATSAPP.slice(1)]) meta.state.open.add(id);
  slack.join(ADAS_SLACK);
  const vapid = createECDH('prime256v1');
  vapid.generateKeys();
  const publicKey = vapid.getPublicKey().toString('base64url');
  const subscription = push.subscribe(origin, publicKey);
  return {
    messenger: { config: { pageId: meta.state.pageId, ...graph }, address: ADAS_PAGE_ID },
    instagram: { config: { accountId: meta.state.instagramId, username: 'example.approvals', ...graph }, address: ADAS_INSTAGRAM_ID },
    whatsapp: {
      config: { via: 'cloud', phoneNumberId: meta.state.phoneNumberId, firstForm: 'interactive', ...graph },
      address: ADAS_WHATSAPP,
    },
    slack: {
      config: { botToken: slack.botToken, signingSecret: slack.signingSecret, appId: slack.appId, apiUrl: `${origin}/slack/api/` },
      address: `${slack.teamId}/${ADAS_SLACK}`,
    },
    teams: {
      config: teams.botConfig(origin) as JsonObject,
      address: `${TEAMS_BOT.tenantId}/${ADAS_TEAMS}`,
      route: JSON.stringify({ serviceUrl: `${origin}/teams/connector/`, conversationId: teams.conversationOf(ADAS_TEAMS) }),
    },
    push: {
      config: {
        publicKey,
        privateKey: vapid.getPrivateKey().toString('base64url').padStart(43, 'A'),
        subject: 'mailto:ops@example.com',
        extraHosts: [new URL(origin).host],
      },
      address: subscription.endpoint,
      route: JSON.stringify({ ...subscription.keys, key: publicKey }),
    },
    voice: {
      config: { accountSid: twilio.accountSid, authToken: twilio.authToken, from: '+14155550100', apiUrl: `${origin}/twilio` },
      address: ADAS_NUMBER,
    },
  };
};

const connectAll = async (): Promise<void> => {
  const at = '2026-11-20T10:00:00.000Z';
  for (const [channel, { config, address, route }] of Object.entries(setups()) as [AlertChannel, Setup][]) {
    const hookId = newId('hk').slice('hk_'.length);
    await world.settings(streamOf.organization(TENANT), {
      type: 'ChannelConnected',
      data: { channel, hookId, by: 'opr_dan', at, private: { config } },
    });
    const addressId = newId('adr');
    const operatorId = 'opr_ada';
    await world.settings(
      streamOf.operator(operatorId),
      {
        type: 'ChannelAddressAdded',
        data: { operatorId, addressId, channel, at, private: { address, ...(route === undefined ? {} : { route }) } },
      },
      { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
    );
  }
};

/** All that was sent, by channel, as providers got it. */
const sent = async (): Promise<Map<string, string[]>> => {
  const { telegram, twilio, slack, meta, teams, push } = world.fake;
  const mails = await Promise.all(world.mail.messages.map(({ raw }) => urlsInMail(raw)));
  return new Map(
    Object.entries({
      email: mails.flat(),
      telegram: urlsIn(JSON.stringify(telegram.messages)),
      sms: urlsIn(JSON.stringify(twilio.messages)),
      voice: urlsIn(JSON.stringify(twilio.calls)),
      slack: urlsIn(JSON.stringify(slack.messages)),
      meta: urlsIn(JSON.stringify(meta.messages)),
      teams: urlsIn(JSON.stringify(teams.messages)),
      push: urlsIn(JSON.stringify(push.messages)),
    }),
  );
};

/** Events there are; once nothing is being written any more. */
const eventsWritten = async (): Promise<number> => {
  const count = async () => {
    let events = 0;
    const prefixes = ['approval-', 'notification-', 'operator-', 'organization-', 'digest-', 'callback-'];
    await world.parts.eventLog.replay({ prefixes, from: 'start', onEvents: some => void (events += some.length) });
    return events;
  };
  for (let before = -1, now = await count(); ; before = now, now = await count()) {
    if (now === before) return now;
    await new Promise(resolve => setTimeout(resolve, 400));
  }
};

describe('a program that opens every link', () => {
  it('changes nothing, whatever channel the message came by; and a second form is the first one again', { timeout: 120_000 }, async () => {
    await connectAll();
    const { channels } = await world.parts.messaging.request<{ channels: { id: AlertChannel }[] }>(
      'hp.query.channels',
      {},
      { timeoutMs: 5_000 },
    );
    const id = await world.ask(['ada']);
    const reached = (all: Awaited<ReturnType<typeof world.events>>) =>
      all.filter(({ type }) => type === 'NotificationSent').map(({ data }) => (data as { channel: string }).channel);
    const events = await world.until(id, all => new Set(reached(all)).size >= channels.length);
    // A channel that is registered has to be looked at here.
    expect([...new Set(reached(events))].toSorted()).toEqual(channels.map(channel => channel.id).toSorted());

    const before = await eventsWritten();
    const all = [...new Set([...(await sent()).values()].flat())];
    const ours = all.filter(url => url.startsWith(`${world.url}/`));
    expect(ours.filter(url => url.includes('/a/hp1')).length).toBeGreaterThanOrEqual(3);
    for (const url of ours)
      await Promise.all(
        Array.from({ length: FETCHES }, async (_, index) => {
          const headers = { 'user-agent': AGENTS[index % AGENTS.length]!, accept: 'text/html,*/*' };
          for (const method of ['GET', 'HEAD']) {
            const answer = await fetch(url, { method, headers, redirect: 'manual' });
            await answer.arrayBuffer();
            expect([url, method, answer.status < 500]).toEqual([url, method, true]);
          }
        }),
      );
    expect(await eventsWritten()).toBe(before);

    const pages = await Promise.all(
      ours.filter(url => url.includes('/a/hp1')).map(async url => [url, await (await fetch(url)).text()] as const),
    );
    const [url, html] = pages.find(([, page]) => page.includes('class="strong">Approve'))!;
    const body = new URLSearchParams({ nonce: /name="nonce" value="([^"]+)"/.exec(html)![1]!, verb: 'approve' });
    const post = () => fetch(url, { method: 'POST', body, headers: { origin: world.url, 'user-agent': AGENTS[1]! } });
    const answers = [await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [first, second] = await Promise.all(answers.map(answer => answer.text()));
    const withoutNonce = (page: string | undefined) => page?.replace(/nonce="[^"]+"/g, '');
    expect(withoutNonce(second)).toBe(withoutNonce(first));
    const types = (await world.approval(id)).map(({ type }) => type);
    expect(types.filter(type => type === 'StepApproved' || type === 'ApprovalGranted')).toEqual(['StepApproved', 'ApprovalGranted']);
    expect(world.fake.telegram.messages.some(({ chatId }) => chatId === CHATS.ada)).toBe(true);
  });
});
