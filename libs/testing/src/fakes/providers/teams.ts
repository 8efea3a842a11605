import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { callHook, openMishaps, type FakeAnswer, type FakeProvider, type FakeRequest, type HookAnswer, type Mishap } from './provider.ts';
import { activityFault, isJson, pressablesOf, type Json } from './teams-shapes.ts';

/** A bot that is registered with the fake, and the tenant it is installed in. */
export const TEAMS_BOT = {
  appId: '11111111-2222-4333-8444-555555555555',
  appSecret: 'teams-secret~of-the-bot',
  tenantId: '99999999-8888-4777-8666-555555555555',
};

/** Everything the connector answers instead of taking a message, as documented: status and code. */
export const TEAMS_ERRORS: readonly (readonly [number, string])[] = [
  [400, 'Bad Argument'],
  [401, 'BotNotRegistered'],
  [403, 'BotDisabledByAdmin'],
  [403, 'BotNotInConversationRoster'],
  [403, 'ConversationBlockedByUser'],
  [403, 'MessageWritesBlocked'],
  [403, 'ForbiddenOperationException'],
  [403, 'InvalidBotApiHost'],
  [403, 'NotEnoughPermissions'],
  [404, 'ActivityNotFoundInConversation'],
  [404, 'ConversationNotFound'],
  [412, 'PreconditionFailed'],
  [413, 'MessageSizeTooBig'],
  [429, 'Throttled'],
  [500, 'ServiceError'],
  [502, 'ServiceError'],
  [503, 'ServiceUnavailable'],
  [504, 'GatewayTimeout'],
];
export const teamsRefusal = (status: number, code: string): FakeAnswer => ({
  status,
  ...(status === 429 ? { headers: { 'retry-after': '3' } } : {}),
  body: { error: { code, message: `${code}: as scripted` } },
});

export type TeamsMessage = { conversationId: string; activityId: string; activity: Json; updates: number };
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

const ISSUER = 'https://api.botframework.com';
const TOKEN_SEC = 3_600;
const SCOPE = 'https://api.botframework.com/.default';
const FLOW_SIGNATURE = 'flow-signature';

/** Teams, its sign-in, its keys and Power Automate: checks tokens and cards, keeps chats, and calls our side with signed activities. */
export const openTeamsFake = (nowMs: () => number = Date.now): TeamsFake => {
  const keys = keyRing();
  const tokens = new Map<string, number>();
  const mishaps = openMishaps();
  const forgotten = new Set<string>();
  const messages: TeamsMessage[] = [];
  const posted: TeamsFake['posted'] = [];
  let origin = '';
  let granted = 0;
  const serviceUrl = (): string => `${origin}/teams/connector/`;
  const conversationOf = (person: string): string => `a:1${person}`;

  const signIn = ({ path, rawBody }: FakeRequest): FakeAnswer => {
    const form = new URLSearchParams(rawBody.toString('utf8'));
    const mishap = mishaps.take('sign-in');
    if (mishap !== undefined && 'status' in mishap) return mishap;
    if (!path.startsWith(`/login/${TEAMS_BOT.tenantId}/`)) return { status: 400, body: { error: 'invalid_request' } };
    if (form.get('grant_type') !== 'client_credentials' || form.get('scope') !== SCOPE)
      return { status: 400, body: { error: 'invalid_scope' } };
    if (form.get('client_id') !== TEAMS_BOT.appId || form.get('client_secret') !== TEAMS_BOT.appSecret)
      return { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' } };
    granted += 1;
    const token = `bot-token-${randomUUID()}`;
    tokens.set(token, nowMs() + TOKEN_SEC * 1_000);
    return { status: 200, body: { token_type: 'Bearer', expires_in: TOKEN_SEC, access_token: token } };
  };

  const connector = async ({ method, path, headers, rawBody }: FakeRequest): Promise<FakeAnswer> => {
    if ((tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '') ?? 0) < nowMs()) return teamsRefusal(401, 'Unauthorized');
    const [, conversation = '', activityId] = /^\/connector\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
    const conversationId = decodeURIComponent(conversation);
    const person = conversationId.slice('a:1'.length);
    const mishap = mishaps.take(person);
    if (mishap !== undefined && 'delayMs' in mishap) await new Promise(done => setTimeout(done, mishap.delayMs));
    else if (mishap !== undefined && 'status' in mishap) return mishap;
    if (!conversationId.startsWith('a:1') || forgotten.has(person)) return teamsRefusal(404, 'ConversationNotFound');
    const activity = parsed(rawBody);
    const fault = activityFault(activity, rawBody);
    if (fault !== null || !isJson(activity)) return teamsRefusal(fault?.status ?? 400, fault?.code ?? 'Bad Argument');
    if (method === 'PUT') return change(conversationId, decodeURIComponent(activityId ?? ''), activity);
    const id = `${nowMs()}${messages.length}`;
    messages.push({ conversationId, activityId: id, activity, updates: 0 });
    return mishap !== undefined && 'hangUp' in mishap ? mishap : { status: 201, body: { id } };
  };
  const change = (conversationId: string, activityId: string, activity: Json): FakeAnswer => {
    const message = messages.find(one => one.conversationId === conversationId && one.activityId === activityId);
    if (message === undefined) return teamsRefusal(404, 'ActivityNotFoundInConversation');
    Object.assign(message, { activity, updates: message.updates + 1 });
    return { status: 200, body: { id: activityId } };
  };

  const workflow = ({ path, query, rawBody }: FakeRequest): FakeAnswer => {
    const id = path.slice('/workflow/'.length);
    if (query.get('sig') !== FLOW_SIGNATURE) return { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } };
    const mishap = mishaps.take(id);
    if (mishap !== undefined && 'status' in mishap) return mishap;
    const message = parsed(rawBody);
    if (activityFault(message, rawBody) !== null || !isJson(message) || message['attachments'] === undefined)
      return { status: 400, body: { error: { code: 'TriggerInputSchemaMismatch' } } };
    posted.push({ workflow: id, message });
    return mishap !== undefined && 'hangUp' in mishap ? mishap : { status: 202 };
  };

  const send = async ({
    hookUrl,
    person,
    conversation,
    tenantId = TEAMS_BOT.tenantId,
    forgery = {},
    copies = 1,
    activity,
  }: Sent): Promise<HookAnswer> => {
    const whole = {
      id: randomUUID(),
      channelId: 'msteams',
      serviceUrl: serviceUrl(),
      timestamp: new Date(nowMs()).toISOString(),
      from: { id: `29:${person}`, name: 'A person', aadObjectId: person },
      recipient: { id: `28:${TEAMS_BOT.appId}`, name: 'Holdpoint' },
      conversation: {
        id: conversation ?? conversationOf(person),
        conversationType: conversation === undefined ? 'personal' : 'groupChat',
        tenantId,
      },
      channelData: { tenant: { id: tenantId } },
      ...activity,
    };
    const nowSec = Math.floor(nowMs() / 1_000);
    const { expired, key = 'own', without, ...claims } = forgery;
    const [from, to] = expired === true ? [nowSec - 7_200, nowSec - 3_600] : [nowSec, nowSec + TOKEN_SEC];
    const token = jwt(keys.of(key), { iss: ISSUER, aud: TEAMS_BOT.appId, serviceurl: serviceUrl(), nbf: from, exp: to, ...claims });
    const call = () =>
      callHook(hookUrl, {
        headers: { 'content-type': 'application/json; charset=utf-8', ...(without === true ? {} : { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(whole),
      });
    let answer = await call();
    for (let copy = 1; copy < copies; copy += 1) answer = await call();
    return answer;
  };

  const newestCard = (conversationId: string): TeamsMessage => {
    const message = messages.findLast(one => one.conversationId === conversationId && pressablesOf(one.activity).length > 0);
    if (message === undefined) throw new Error('there is nothing to press in this chat');
    return message;
  };

  return {
    handle: async request => {
      origin = new URL(request.baseUrl).origin;
      const { method, path } = request;
      if (method === 'POST' && path.startsWith('/login/')) return signIn(request);
      if (path.startsWith('/connector/') && (method === 'POST' || method === 'PUT')) return connector(request);
      if (method === 'POST' && path.startsWith('/workflow/')) return workflow(request);
      if (path === '/openid/v1/.well-known/openidconfiguration')
        return {
          status: 200,
          body: { issuer: ISSUER, jwks_uri: `${request.baseUrl}/openid/v1/keys`, id_token_signing_alg_values_supported: ['RS256'] },
        };
      if (path === '/openid/v1/keys')
        return {
          status: 200,
          body: {
            keys: [
              { ...keys.of('own').jwk, endorsements: ['msteams', 'webchat'] },
              { ...keys.of('unendorsed').jwk, endorsements: ['webchat'] },
            ],
          },
        };
      return { status: 404, body: 'not found' };
    },
    botConfig: at => {
      origin = at;
      const base = `${at}/teams`;
      const openIdUrl = `${base}/openid/v1/.well-known/openidconfiguration`;
      return { mode: 'bot', ...TEAMS_BOT, loginUrl: `${base}/login`, openIdUrl, serviceHosts: [new URL(at).host] };
    },
    workflowUrl: (at, id) => `${at}/teams/workflow/${id}?sig=${FLOW_SIGNATURE}`,
    conversationOf,
    messages,
    posted,
    signIns: () => granted,
    fail: mishaps.add,
    forget: person => void forgotten.add(person),
    say: ({ text, ...call }) => send({ ...call, activity: { type: 'message', text, textFormat: 'plain' } }),
    press: ({ title, note, old = false, ...call }) => {
      const { activity, activityId } = newestCard(call.conversation ?? conversationOf(call.person));
      const pressed = pressablesOf(activity).find(one => one.title === title);
      if (pressed === undefined) throw new Error(`nothing is called ${title}`);
      if (pressed.inputs.some(input => input['isRequired'] === true) && (note ?? '') === '')
        throw new Error('the client asks for the reason first');
      // Clients put what was typed among the data, under the ids of the fields.
      const data = { ...pressed.data, ...Object.fromEntries(pressed.inputs.map(input => [String(input['id']), note ?? ''])) };
      const action = { type: 'Action.Execute', title, verb: pressed.verb, data };
      return send({
        ...call,
        activity: old
          ? { type: 'message', value: data, replyToId: activityId }
          : { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' }, replyToId: activityId },
      });
    },
    install: ({ action, ...call }) => send({ ...call, activity: { type: 'installationUpdate', action } }),
  };
};

const parsed = (rawBody: Buffer): unknown => {
  try {
    return JSON.parse(rawBody.toString('utf8')) as unknown;
  } catch {
    return null;
  }
};

type Key = { privateKey: KeyObject; kid: string; jwk: Json };
const keyPair = (kid: string): Key => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return { privateKey, kid, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
};

/** Made when they are first needed: a key of RSA takes its time, and most specs have nothing to do with Teams. `other` only claims to be `own`. */
const keyRing = () => {
  const made = new Map<string, Key>();
  return {
    of: (name: 'own' | 'unendorsed' | 'other'): Key => {
      const key = made.get(name) ?? keyPair(name === 'other' ? 'own' : name);
      made.set(name, key);
      return key;
    },
  };
};

const jwt = ({ privateKey, kid }: Key, claims: Json): string => {
  const part = (json: Json): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
};
