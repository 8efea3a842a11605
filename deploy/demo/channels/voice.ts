import { add, arrives, codeIn, must, taken, verify, type DemoChannel, type Stage } from './demo-channel.ts';

const OWNER = '+14155550123';

/** A call that is answered and says what is looked for. Codes are said digit by digit. */
const heard = ({ fakes: { twilio } }: Pick<Stage, 'fakes'>, what: RegExp) => {
  const call = twilio.calls.at(-1);
  if (call === undefined) return null;
  if (call.heard.length === 0) twilio.pickUp(call);
  const found = call.heard.map(text => what.exec(text.replaceAll(/(\d), (?=\d)/g, '$1'))?.[0]).find(text => text !== undefined);
  return found === undefined ? null : { call, found };
};

export const voice: DemoChannel = {
  displayName: 'Telephone',
  settings: ({ fakes: { twilio, origin } }) => ({
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    from: '+14155550100',
    apiUrl: `${origin}/twilio`,
  }),
  enrol: async stage => {
    const added = await add(stage, 'voice', { address: OWNER });
    const { found } = await arrives('the call with the code', () => heard(stage, /\d{6}/));
    await verify(stage, added, must(codeIn(found), 'code'));
  },
  alerted: stage => {
    const asked = heard(stage, /Press 4 to decide/);
    return asked === null
      ? null
      : async () => {
          await taken(stage.fakes.twilio.press(asked.call, '4'));
          const code = must(heard(stage, /(?<=The code is )\d{4}/), 'code in the call').found;
          await taken(stage.fakes.twilio.press(asked.call, `${code}1`));
        };
  },
  answers: 'presses 4, then the code that is said, then 1',
};
