import { add, arrives, codeIn, taken, verify, type DemoChannel } from './demo-channel.ts';

const OWNER = '436641234567';
const VERIFY_TOKEN = 'a-verify-token-made-up-for-the-demo';

export const whatsapp: DemoChannel = {
  displayName: 'WhatsApp',
  settings: ({ fakes: { meta, origin } }) => {
    for (const name of ['holdpoint_request', 'holdpoint_notice', 'holdpoint_code'])
      meta.approveTemplate(name, TEMPLATES[name as keyof typeof TEMPLATES]);
    return {
      via: 'cloud',
      phoneNumberId: meta.state.phoneNumberId,
      accessToken: meta.accessToken,
      appSecret: meta.appSecret,
      verifyToken: VERIFY_TOKEN,
      baseUrl: `${origin}/meta`,
    };
  },
  enterHook: async ({ fakes }, hookUrl) => {
    if (!(await fakes.meta.enterHook('whatsapp', hookUrl, VERIFY_TOKEN))) throw new Error('Meta could not verify the callback URL');
  },
  enrol: async stage => {
    const added = await add(stage, 'whatsapp', { address: `+${OWNER}` });
    const { meta } = stage.fakes;
    const code = await arrives('the code', () => meta.messages.map(message => codeIn(meta.seenIn(message).text)).findLast(Boolean));
    await verify(stage, added, code);
  },
  alerted: ({ fakes: { meta } }) => {
    const message = meta.messages.findLast(sent => JSON.stringify(sent.body).includes('holdpoint_request'));
    return message === undefined ? null : () => taken(meta.whatsapp.presses({ waId: OWNER }, message, 0));
  },
  answers: 'presses Approve, the first button of the message',
};

/** The three templates of docs/channels/whatsapp.md, as Meta approved them. */
const TEMPLATES = {
  holdpoint_request: {},
  holdpoint_notice: { buttons: [] },
  holdpoint_code: { variables: 1, buttons: ['url' as const] },
};
