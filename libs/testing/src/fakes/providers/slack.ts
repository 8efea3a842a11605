import { createHmac, randomBytes } from 'node:crypto';
import { callHook, type FakeAnswer, type FakeProvider, type FakeRequest, type HookAnswer } from './provider.ts';
import { slackMethods, slackRefusal } from './slack-methods.ts';
import type { SlackFakeButton } from './slack-shapes.ts';
import { directWith, nextTs, openSlackState, type SlackChatMessage, type SlackState } from './slack-state.ts';

/** How a request reaches us: again `duplicates` times (events come with a retry number then), signed at another time or with another secret. */
export type SlackDelivery = { duplicates?: number; signedAtMs?: number; secret?: string | null; tamper?: (body: string) => string };

/** A form can be opened for three seconds after a press; an address to answer a press at is good for five answers. */
const TRIGGER_MS = 3_000;
const RESPONSES_MAX = 5;

/**
 * An honest fake of one Slack workspace with one app: Web API (forms and JSON, bearer token, Block Kit's limits, its errors), addresses to
 * answer presses at, and members who press, fill in forms and write, signed as Slack signs.
 */
export const openSlackFake = () => {
  const state = openSlackState();
  const methods = slackMethods(state);
  let baseUrl = 'http://127.0.0.1';
  return {
    ...membersOf(state, () => baseUrl),
    state,
    teamId: state.teamId,
    appId: state.appId,
    botToken: state.botToken,
    signingSecret: state.signingSecret,
    messages: state.messages,
    whispers: state.whispers,
    views: state.views,
    mishaps: state.mishaps,
    handle: async (request: FakeRequest): Promise<FakeAnswer> => {
      baseUrl = request.baseUrl;
      if (request.path.startsWith('/actions/')) return answerPress(state, request);
      const method = /^\/api\/([a-zA-Z.]+)$/.exec(request.path)?.[1];
      const call = method === undefined ? undefined : methods[method];
      if (method === undefined || request.method !== 'POST') return { status: 404, body: 'not found' };
      if (call === undefined) return slackRefusal('unknown_method');
      const { authorization } = request.headers;
      if (authorization === undefined) return slackRefusal('not_authed');
      if (authorization !== `Bearer ${state.botToken}`) return slackRefusal('invalid_auth');
      return call(parametersOf(request));
    },
  } satisfies FakeProvider & Record<string, unknown>;
};
export type SlackFake = ReturnType<typeof openSlackFake>;

const parametersOf = ({ headers, rawBody }: FakeRequest): Record<string, string> => {
  const text = rawBody.toString('utf8');
  if (headers['content-type']?.startsWith('application/json') !== true) return Object.fromEntries(new URLSearchParams(text));
  return Object.fromEntries(
    Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
};

const answerPress = (state: SlackState, { path, rawBody }: FakeRequest): FakeAnswer => {
  const entry = state.responseUrls.get(path.slice('/actions/'.length));
  if (entry === undefined || entry.left-- <= 0) return { status: 404, body: { ok: false, error: 'used_url' } };
  const body = JSON.parse(rawBody.toString('utf8')) as { text?: string; response_type?: string; replace_original?: boolean };
  if (body.response_type !== 'ephemeral' || body.replace_original !== false)
    return { status: 400, body: 'this fake takes ephemeral answers' };
  state.whispers.push({ user: entry.user, channel: entry.channel, text: body.text ?? '', via: 'responseUrl' });
  return { status: 200, body: 'ok' };
};

const FORM = 'application/x-www-form-urlencoded';

/** Calls us as Slack does, signed over the very bytes. */
const deliver = async (
  state: SlackState,
  contentType: string,
  body: string,
  { duplicates = 0, signedAtMs = Date.now(), secret = state.signingSecret, tamper }: SlackDelivery = {},
): Promise<HookAnswer> => {
  if (state.hookUrl === null) throw new Error('no request URL was entered');
  const timestamp = String(Math.floor(signedAtMs / 1_000));
  const signature = secret === null ? null : `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const call = (retry: number) =>
    callHook(state.hookUrl!, {
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        ...(signature === null ? {} : { 'x-slack-signature': signature }),
        ...(retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' }),
      },
      body: tamper === undefined ? body : tamper(body),
    });
  let answer = await call(0);
  for (let retry = 1; retry <= duplicates; retry++) answer = await call(retry);
  return answer;
};

const formOf = (payload: object): string => `payload=${encodeURIComponent(JSON.stringify(payload)).replaceAll('%20', '+')}`;

/** What members do; each resolves with our answer. */
const membersOf = (state: SlackState, baseUrl: () => string) => ({
  join: (user: string) => void state.members.set(user, { disabled: false, direct: null }),
  leave: (user: string) => void state.members.set(user, { disabled: true, direct: state.members.get(user)?.direct ?? null }),
  /** Enters the address of events and interactions in the app's settings: Slack asks it a question at once. */
  enterHookUrl: async (url: string): Promise<boolean> => {
    state.hookUrl = url;
    const challenge = randomBytes(20).toString('hex');
    const body = JSON.stringify({ token: 'legacy', challenge, type: 'url_verification' });
    const answer = await deliver(state, 'application/json', body);
    return answer.status === 200 && answer.body === challenge;
  },
  /** Presses the button with this text. @param from another member than the one whose conversation it is; @param team of another workspace */
  press: (
    message: SlackChatMessage,
    label: string,
    {
      from,
      team = state.teamId,
      channel = message.channel,
      ...delivery
    }: SlackDelivery & { from?: string; team?: string; channel?: string } = {},
  ): Promise<HookAnswer> => {
    const owner = [...state.members].find(([, { direct }]) => direct === message.channel)?.[0] ?? 'U0';
    return deliver(state, FORM, formOf(pressed(state, baseUrl(), message, label, { user: from ?? owner, team, channel })), delivery);
  },
  /** Fills in the form that was opened last, and sends it. */
  submit: (text: string, { from, ...delivery }: SlackDelivery & { from?: string } = {}): Promise<HookAnswer> => {
    const opened = state.views.at(-1);
    if (opened === undefined) throw new Error('no form is open');
    const input = opened.view.blocks.find(({ type }) => type === 'input');
    const values = { [input?.block_id ?? '']: { [input?.element?.action_id ?? '']: { type: 'plain_text_input', value: text } } };
    const payload = {
      type: 'view_submission',
      team: { id: state.teamId, domain: 'example' },
      user: { id: from ?? opened.user, username: 'somebody', team_id: state.teamId },
      api_app_id: state.appId,
      view: { ...opened.view, id: opened.id, team_id: state.teamId, app_id: state.appId, state: { values }, hash: '1.abc' },
      response_urls: [],
    };
    return deliver(state, FORM, formOf(payload), delivery);
  },
  /** Writes to the app. */
  say: (user: string, text: string, delivery?: SlackDelivery): Promise<HookAnswer> => {
    const ts = nextTs(state);
    const event = {
      type: 'message',
      channel: directWith(state, user),
      channel_type: 'im',
      user,
      team: state.teamId,
      text,
      ts,
      event_ts: ts,
    };
    return deliver(state, 'application/json', JSON.stringify(eventOf(state, event)), delivery);
  },
});

const eventOf = (state: SlackState, event: object) => ({
  token: 'legacy',
  team_id: state.teamId,
  api_app_id: state.appId,
  event,
  type: 'event_callback',
  event_id: `Ev${String(++state.count).padStart(8, '0')}`,
  event_time: Math.floor(Date.now() / 1_000),
});

const pressed = (
  state: SlackState,
  baseUrl: string,
  message: SlackChatMessage,
  label: string,
  { user, team, channel }: { user: string; team: string; channel: string },
) => {
  const buttons = message.blocks.filter(({ type }) => type === 'actions').flatMap(({ elements = [] }) => elements as SlackFakeButton[]);
  const button = buttons.find(({ text }) => text.text === label);
  if (button === undefined) throw new Error(`the message has no button "${label}"`);
  const trigger = `${Date.now()}.${++state.count}.${randomBytes(8).toString('hex')}`;
  state.triggers.set(trigger, { user, untilMs: Date.now() + TRIGGER_MS, used: false });
  const response = `${state.teamId}/${++state.count}/${randomBytes(12).toString('base64url')}`;
  state.responseUrls.set(response, { user, channel, left: RESPONSES_MAX });
  return {
    type: 'block_actions',
    user: { id: user, username: 'somebody', name: 'somebody', team_id: team },
    api_app_id: state.appId,
    token: 'legacy',
    container: { type: 'message', message_ts: message.ts, channel_id: channel, is_ephemeral: false },
    trigger_id: trigger,
    team: { id: state.teamId, domain: 'example' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: channel.startsWith('D') ? 'directmessage' : 'general' },
    message: { type: 'message', ts: message.ts, text: message.text, blocks: message.blocks, bot_id: 'B0BOT' },
    response_url: `${baseUrl}/actions/${response}`,
    actions: [{ ...button, block_id: 'b1', type: 'button', action_ts: nextTs(state) }],
  };
};
