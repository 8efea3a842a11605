import { meet, type FakeAnswer } from './provider.ts';
import { checkBlocks, type SlackFakeBlock } from './slack-shapes.ts';
import { directWith, nextTs, type SlackModal, type SlackState } from './slack-state.ts';

type Parameters = Record<string, string>;
type Method = (parameters: Parameters) => FakeAnswer | Promise<FakeAnswer>;

/** Most errors of Slack come with 200. */
export const slackRefusal = (error: string): { status: number; body: unknown } => ({ status: 200, body: { ok: false, error } });

/** Errors that are more than a code. */
export const SLACK_ERRORS = {
  throttled: { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } },
  throttledWithoutAWord: { status: 429, body: { ok: false, error: 'ratelimited' } },
  gateway: { status: 502, body: '<html>502 Bad Gateway</html>' },
  down: { status: 503, body: 'upstream connect error' },
  page: { status: 200, body: '<html>maintenance</html>' },
} as const satisfies Record<string, FakeAnswer>;

/** Every method that this fake knows. Arguments arrive as text: of a form, or JSON that was taken apart. */
export const slackMethods = (state: SlackState): Record<string, Method> => ({
  'auth.test': () =>
    ok(state, {
      url: 'https://example.slack.com/',
      team: 'Example',
      team_id: state.teamId,
      user: 'holdpoint',
      user_id: state.botUser,
      bot_id: 'B0BOT',
    }),
  'conversations.open': parameters => conversationsOpen(state, parameters),
  'chat.postMessage': parameters => postMessage(state, parameters),
  'chat.postEphemeral': ({ channel = '', user = '', text = '' }) => {
    if (channelOwner(state, channel) !== user) return slackRefusal('user_not_in_channel');
    state.whispers.push({ user, channel, text, via: 'postEphemeral' });
    return ok(state, { message_ts: nextTs(state) });
  },
  'chat.update': parameters => update(state, parameters),
  'views.open': parameters => viewsOpen(state, parameters),
});

const ok = (state: SlackState, body: object): FakeAnswer => ({
  status: 200,
  headers: { 'x-oauth-scopes': state.scopes.join(',') },
  body: { ok: true, ...body },
});

const channelOwner = (state: SlackState, channel: string): string | undefined =>
  [...state.members].find(([, { direct }]) => direct === channel)?.[0];

const conversationsOpen = (state: SlackState, { users = '' }: Parameters): FakeAnswer => {
  if (!state.scopes.includes('im:write')) return slackRefusal('missing_scope');
  const member = state.members.get(users);
  if (member === undefined) return slackRefusal('user_not_found');
  if (member.disabled) return slackRefusal('user_disabled');
  return ok(state, { channel: { id: directWith(state, users) } });
};

const contentOf = ({ text = '', blocks }: Parameters) => ({
  text,
  blocks: blocks === undefined ? [] : (JSON.parse(blocks) as SlackFakeBlock[]),
});

const postMessage = (state: SlackState, parameters: Parameters): FakeAnswer | Promise<FakeAnswer> => {
  const { channel = '' } = parameters;
  const owner = channelOwner(state, channel);
  if (owner === undefined) return slackRefusal('channel_not_found');
  const content = contentOf(parameters);
  if (content.text === '' && content.blocks.length === 0) return slackRefusal('no_text');
  const wrong = checkBlocks(content.blocks);
  if (wrong !== null) return slackRefusal(wrong);
  return meet(state.mishaps.take(owner), () => {
    const message = { channel, ts: nextTs(state), ...content, edits: 0 };
    state.messages.push(message);
    return ok(state, { channel, ts: message.ts, message: { type: 'message', bot_id: 'B0BOT', ts: message.ts, ...content } });
  });
};

const update = (state: SlackState, parameters: Parameters): FakeAnswer | Promise<FakeAnswer> => {
  const { channel = '', ts } = parameters;
  const owner = channelOwner(state, channel);
  if (owner === undefined) return slackRefusal('channel_not_found');
  const message = state.messages.find(found => found.channel === channel && found.ts === ts);
  if (message === undefined) return slackRefusal('message_not_found');
  const content = contentOf(parameters);
  const wrong = checkBlocks(content.blocks);
  if (wrong !== null) return slackRefusal(wrong);
  return meet(state.mishaps.take(owner), () => {
    Object.assign(message, content, { edits: message.edits + 1 });
    return ok(state, { channel, ts: message.ts, text: content.text });
  });
};

const METADATA_CHARS_MAX = 3_000;
const TITLE_CHARS_MAX = 24;

const viewsOpen = (state: SlackState, { trigger_id: id = '', view = '' }: Parameters): FakeAnswer => {
  const trigger = state.triggers.get(id);
  if (trigger === undefined) return slackRefusal('invalid_trigger_id');
  if (trigger.used) return slackRefusal('exchanged_trigger_id');
  if (trigger.untilMs < Date.now()) return slackRefusal('expired_trigger_id');
  const modal = JSON.parse(view) as SlackModal;
  const fits =
    modal.type === 'modal' &&
    modal.title.text.length <= TITLE_CHARS_MAX &&
    (modal.submit?.text.length ?? 0) <= TITLE_CHARS_MAX &&
    (modal.private_metadata?.length ?? 0) <= METADATA_CHARS_MAX &&
    modal.blocks.length <= 100;
  if (!fits) return slackRefusal('invalid_arguments');
  trigger.used = true;
  const opened = { id: `V0${String(++state.count).padStart(8, '0')}`, user: trigger.user, view: modal };
  state.views.push(opened);
  return ok(state, { view: { id: opened.id } });
};
