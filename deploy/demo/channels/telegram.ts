import { add, parameterOf, taken, type DemoChannel } from './demo-channel.ts';

const OWNER = 4_711;

export const telegram: DemoChannel = {
  displayName: 'Telegram',
  settings: ({ fakes }) => ({ botToken: fakes.telegram.botToken, apiUrl: `${fakes.origin}/telegram` }),
  enrol: async stage => {
    const added = await add(stage, 'telegram');
    await taken(stage.fakes.telegram.start(OWNER, parameterOf(added, 'start')));
  },
  alerted: ({ fakes }) => {
    const message = fakes.telegram.messages.findLast(
      ({ markup }) =>
        markup !== null && 'inline_keyboard' in markup && markup.inline_keyboard.flat().some(({ text }) => text === 'Approve'),
    );
    return message === undefined
      ? null
      : () => taken(fakes.telegram.press(message.messageId, 'Approve', { from: OWNER }).then(({ answer }) => answer));
  },
  answers: 'presses Approve under the message',
};
