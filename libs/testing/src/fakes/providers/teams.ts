import { randomUUID } from 'node:crypto';
import { callHook, openMishaps, type FakeAnswer, type FakeProvider, type FakeRequest, type HookAnswer, type Mishap } from './provider.ts';
import {
  chatOf,
  connector,
  flowUrl,
  signIn,
  TEAMS_BOT,
  TOKEN_SEC,
  workflow,
  type TeamsMessage,
  type TeamsState,
} from './teams-connector.ts';
import { jwt, keyRing } from './teams-keys.ts';
import { pressablesOf, type Json } from './teams-shapes.ts';

/** What is wrong with the token of a call, so that it has to be refused. */
export type TeamsForgery = Partial<Record<'iss' | 'aud' | 'serviceurl', string>> & {
  expired?: true;
  key?: 'other' | 'unendorsed';
  without?: true;
};
export type TeamsCall = {
  /** Our side's messaging endpoint. */
  hookUrl: string;
  /** Entra object id of the person; `conversation` of somebody else's chat, or of a group. */
  person: string;
  conversation?: string;
  tenantId?: string;
  forgery?: TeamsForgery;
  /** The same activity again, as Teams sends it when it got no answer in time. */
  copies?: number;
};

export type TeamsFake = FakeProvider & {
  /** Settings of a bot at this server. @param origin of the fake providers */
  botConfig(origin: string): Json;
  /** Address of a flow; without its signature nothing is taken. */
  workflowUrl(origin: string, id: string): string;
  /** The person's personal chat with the bot. */
  conversationOf(person: string): string;
  /** Messages in chats, as they are now. */
  messages: TeamsMessage[];
  /** What flows were sent. */
  posted: { workflow: string; message: Json }[];
  /** Sign-ins that were granted. */
  signIns(): number;
  /** What the next messages to a person (object id) or a flow (its id) meet; `sign-in` for the sign-in. */
  fail(to: string, mishap: Mishap, times?: number): void;
  /** The person forgets the chat: messages to it are refused. */
  forget(person: string): void;
  say(call: TeamsCall & { text: string }): Promise<HookAnswer>;
  /** The person presses a button of the newest card in the chat, in a new client or (`old`) one that only knows Action.Submit. */
  press(call: TeamsCall & { title: string; note?: string; old?: boolean }): Promise<HookAnswer>;
  install(call: TeamsCall & { action: 'add' | 'remove' }): Promise<HookAnswer>;
};

/** Any activity, for what the verbs above do not send. */
type Sent = TeamsCall & { activity: Json };
type Caller = { keys: ReturnType<typeof keyRing>; nowMs: () => number };

const ISSUER = 'https://api.botframework.com';

/** Teams, its sign-in, its keys and Power Automate: checks tokens and cards, keeps chats, and calls our side with signed activities. */
export const openTeamsFake = (nowMs: () => number = Date.now): TeamsFake => {
  const keys = keyRing();
  const state: TeamsState = {
    nowMs,
    tokens: new Map(),
    granted: 0,
    mishaps: openMishaps(),
    forgotten: new Set(),
    messages: [],
    posted: [],
  };
  let origin = '';
  const tell = (sent: Sent) => send({ keys, nowMs }, `${origin}/teams/connector/`, sent);
  return {
    handle: request => {
      origin = new URL(request.baseUrl).origin;
      return route(state, keys, request);
    },
    botConfig: at => {
      origin = at;
      const base = `${at}/teams`;
      const openIdUrl = `${base}${OPENID}`;
      return { mode: 'bot', ...TEAMS_BOT, loginUrl: `${base}/login`, openIdUrl, serviceHosts: [new URL(at).host] };
    },
    workflowUrl: flowUrl,
    conversationOf: chatOf,
    messages: state.messages,
    posted: state.posted,
    signIns: () => state.granted,
    fail: state.mishaps.add,
    forget: person => void state.forgotten.add(person),
    say: ({ text, ...call }) => tell({ ...call, activity: { type: 'message', text, textFormat: 'plain' } }),
    press: ({ title, note, old = false, ...call }) =>
      tell({ ...call, activity: pressed(state.messages, call.conversation ?? chatOf(call.person), title, note ?? '', old) }),
    install: ({ action, ...call }) => tell({ ...call, activity: { type: 'installationUpdate', action } }),
  };
};

const OPENID = '/openid/v1/.well-known/openidconfiguration';

const route = (state: TeamsState, keys: Caller['keys'], request: FakeRequest): FakeAnswer | Promise<FakeAnswer> => {
  const { method, path, baseUrl } = request;
  if (method === 'POST' && path.startsWith('/login/')) return signIn(state, request);
  if (path.startsWith('/connector/') && (method === 'POST' || method === 'PUT')) return connector(state, request);
  if (method === 'POST' && path.startsWith('/workflow/')) return workflow(state, request);
  if (path === OPENID) {
    const body = { issuer: ISSUER, jwks_uri: `${baseUrl}/openid/v1/keys`, id_token_signing_alg_values_supported: ['RS256'] };
    return { status: 200, body };
  }
  if (path !== '/openid/v1/keys') return { status: 404, body: 'not found' };
  const own = { ...keys.of('own').jwk, endorsements: ['msteams', 'webchat'] };
  return { status: 200, body: { keys: [own, { ...keys.of('unendorsed').jwk, endorsements: ['webchat'] }] } };
};

/** What a client sends when a button of the newest card in a chat is pressed. @throws Error when there is no such button, or its reason is missing */
const pressed = (messages: readonly TeamsMessage[], conversationId: string, title: string, note: string, old: boolean): Json => {
  const message = messages.findLast(one => one.conversationId === conversationId && pressablesOf(one.activity).length > 0);
  const button = message === undefined ? undefined : pressablesOf(message.activity).find(one => one.title === title);
  if (message === undefined || button === undefined) throw new Error(`nothing is called ${title} in this chat`);
  if (button.inputs.some(input => input['isRequired'] === true) && note === '') throw new Error('the client asks for the reason first');
  // Clients put what was typed among the data, under the ids of the fields.
  const data = { ...button.data, ...Object.fromEntries(button.inputs.map(input => [String(input['id']), note])) };
  const action = { type: 'Action.Execute', title, verb: button.verb, data };
  const replyToId = message.activityId;
  return old
    ? { type: 'message', value: data, replyToId }
    : { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' }, replyToId };
};

/** Calls our side with an activity, signed as Teams signs it, or not quite. */
const send = async (
  { keys, nowMs }: Caller,
  serviceUrl: string,
  { hookUrl, person, conversation, tenantId = TEAMS_BOT.tenantId, forgery = {}, copies = 1, activity }: Sent,
): Promise<HookAnswer> => {
  const whole = {
    id: randomUUID(),
    channelId: 'msteams',
    serviceUrl,
    timestamp: new Date(nowMs()).toISOString(),
    from: { id: `29:${person}`, name: 'A person', aadObjectId: person },
    recipient: { id: `28:${TEAMS_BOT.appId}`, name: 'Holdpoint' },
    conversation: {
      id: conversation ?? chatOf(person),
      conversationType: conversation === undefined ? 'personal' : 'groupChat',
      tenantId,
    },
    channelData: { tenant: { id: tenantId } },
    ...activity,
  };
  const nowSec = Math.floor(nowMs() / 1_000);
  const { expired, key = 'own', without, ...claims } = forgery;
  const [from, to] = expired === true ? [nowSec - 7_200, nowSec - 3_600] : [nowSec, nowSec + TOKEN_SEC];
  const token = jwt(keys.of(key), { iss: ISSUER, aud: TEAMS_BOT.appId, serviceurl: serviceUrl, nbf: from, exp: to, ...claims });
  const call = () =>
    callHook(hookUrl, {
      headers: { 'content-type': 'application/json; charset=utf-8', ...(without === true ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(whole),
    });
  let answer = await call();
  for (let copy = 1; copy < copies; copy += 1) answer = await call();
  return answer;
};
