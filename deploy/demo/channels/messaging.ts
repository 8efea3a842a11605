import type { FakeProviders, MetaFake } from '@holdpoint/testing';
import { add, must, parameterOf, taken, type Added, type DemoChannel, type Stage } from './demo-channel.ts';

const OWNER = '7412589630147852';
const VERIFY_TOKEN = 'a-verify-token-made-up-for-the-demo';

/** Where Messenger and Instagram differ. */
type Product = {
  displayName: string;
  channel: 'messenger' | 'instagram';
  product: 'page' | 'instagram';
  account(meta: MetaFake): Record<string, unknown>;
  follow(fakes: FakeProviders, added: Added): Promise<{ status: number }>;
};

const messaging = ({ displayName, channel, product, account, follow }: Product): DemoChannel => ({
  displayName,
  settings: ({ fakes: { meta, origin } }) => ({
    ...account(meta),
    accessToken: meta.accessToken,
    appSecret: meta.appSecret,
    verifyToken: VERIFY_TOKEN,
    baseUrl: `${origin}/meta`,
  }),
  enterHook: async ({ fakes }, hookUrl) => {
    if (!(await fakes.meta.enterHook(product, hookUrl, VERIFY_TOKEN))) throw new Error('Meta could not verify the callback URL');
  },
  enrol: async stage => taken(follow(stage.fakes, await add(stage, channel))),
  alerted: ({ fakes: { meta } }: Stage) => {
    const message = meta.messages.findLast(sent => meta.seenIn(sent).buttons.some(({ title }) => title === 'Approve'));
    if (message === undefined) return null;
    const index = meta.seenIn(message).buttons.findIndex(({ title }) => title === 'Approve');
    return () => taken(meta[channel].presses(OWNER, must(message, 'message'), index));
  },
  answers: 'presses Approve under the message',
});

export const messenger = messaging({
  displayName: 'Messenger',
  channel: 'messenger',
  product: 'page',
  account: ({ state }) => ({ pageId: state.pageId }),
  follow: ({ meta }, added) => meta.messenger.opens(OWNER, parameterOf(added, 'ref')),
});

export const instagram = messaging({
  displayName: 'Instagram',
  channel: 'instagram',
  product: 'instagram',
  account: ({ state }) => ({ accountId: state.instagramId, username: 'example.approvals' }),
  // Instagram passes the link on only in conversations there were before, so the token is sent as a message.
  follow: ({ meta }, added) => meta.instagram.writes(OWNER, parameterOf(added, 'ref')),
});
