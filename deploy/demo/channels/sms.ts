import { add, arrives, codeIn, taken, verify, type DemoChannel } from './demo-channel.ts';

const OURS = '+14155550100';
const OWNER = '+14155550123';

export const sms: DemoChannel = {
  displayName: 'SMS',
  settings: ({ fakes: { twilio, origin } }) => ({
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    apiKeySid: twilio.apiKeySid,
    apiKeySecret: twilio.apiKeySecret,
    from: OURS,
    apiUrl: `${origin}/twilio`,
  }),
  untested: true,
  enterHook: ({ fakes }, hookUrl) => void fakes.twilio.numbers.set(OURS, { smsUrl: hookUrl, voiceUrl: '' }),
  enrol: async stage => {
    const added = await add(stage, 'sms', { address: OWNER });
    const code = await arrives('the code', () => codeIn(stage.fakes.twilio.messages.at(-1)?.body ?? ''));
    await verify(stage, added, code);
  },
  alerted: ({ fakes: { twilio } }) => {
    const code = twilio.messages.map(({ body }) => /\bCode ([A-Z2-9]{5})\./.exec(body ?? '')?.[1]).findLast(found => found !== undefined);
    return code === undefined ? null : () => taken(twilio.write({ from: OWNER, to: OURS }, `A ${code}`));
  },
  answers: 'answers “A” and the code of the message',
};
