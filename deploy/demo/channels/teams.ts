import { add, parameterOf, taken, type DemoChannel } from './demo-channel.ts';

/** Entra object id of the owner. */
const OWNER = '0a1b2c3d-0000-4000-8000-0000000000ad';

export const teams: DemoChannel = {
  displayName: 'Microsoft Teams',
  settings: ({ fakes }) => fakes.teams.botConfig(fakes.origin),
  enrol: async (stage, hookUrl) => {
    const text = parameterOf(await add(stage, 'teams'), 'message');
    await taken(stage.fakes.teams.say({ hookUrl, person: OWNER, text }));
  },
  alerted: ({ fakes: { teams: chats } }, _approvalId, hookUrl) => {
    const card = chats.messages.findLast(({ activity }) => JSON.stringify(activity).includes('"title":"Approve"'));
    return card === undefined ? null : () => taken(chats.press({ hookUrl, person: OWNER, title: 'Approve' }));
  },
  answers: 'presses Approve on the card',
};
