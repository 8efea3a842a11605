import { add, must, taken, type DemoChannel } from './demo-channel.ts';

const OWNER = 'U0OWNER';

export const slack: DemoChannel = {
  displayName: 'Slack',
  settings: ({ fakes: { slack: workspace, origin } }) => ({
    botToken: workspace.botToken,
    signingSecret: workspace.signingSecret,
    appId: workspace.appId,
    apiUrl: `${origin}/slack/api/`,
  }),
  enterHook: async ({ fakes }, hookUrl) => {
    if (!(await fakes.slack.enterHookUrl(hookUrl))) throw new Error('Slack could not verify the request URL');
  },
  enrol: async stage => {
    stage.fakes.slack.join(OWNER);
    const { paste } = await add(stage, 'slack');
    await taken(stage.fakes.slack.say(OWNER, must(paste, 'token to paste')));
  },
  alerted: ({ fakes: { slack: workspace } }) => {
    const message = workspace.messages.findLast(({ blocks }) => JSON.stringify(blocks).includes('"text":"Approve"'));
    return message === undefined ? null : () => taken(workspace.press(message, 'Approve', { from: OWNER }));
  },
  answers: 'presses Approve in the direct message',
};
