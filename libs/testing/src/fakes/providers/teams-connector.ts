import { randomUUID } from 'node:crypto';
import type { FakeAnswer, FakeRequest, openMishaps } from './provider.ts';
import { activityFault, isJson, type Json } from './teams-shapes.ts';

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

/** What the fake keeps. */
export type TeamsState = {
  nowMs: () => number;
  /** Granted tokens, with the moment they end, milliseconds. */
  tokens: Map<string, number>;
  granted: number;
  mishaps: ReturnType<typeof openMishaps>;
  /** Persons who removed their chat. */
  forgotten: Set<string>;
  messages: TeamsMessage[];
  posted: { workflow: string; message: Json }[];
};

/** A token's life, seconds. */
export const TOKEN_SEC = 3_600;
const SCOPE = 'https://api.botframework.com/.default';
const FLOW_SIGNATURE = 'flow-signature';
/** How the ids of personal chats begin. */
const CHAT = 'a:1';
export const chatOf = (person: string): string => `${CHAT}${person}`;
export const flowUrl = (origin: string, id: string): string => `${origin}/teams/workflow/${id}?sig=${FLOW_SIGNATURE}`;

/** A client-credentials grant of the Microsoft identity platform. */
export const signIn = (state: TeamsState, { path, rawBody }: FakeRequest): FakeAnswer => {
  const form = new URLSearchParams(rawBody.toString('utf8'));
  const mishap = state.mishaps.take('sign-in');
  if (mishap !== undefined && 'status' in mishap) return mishap;
  if (!path.startsWith(`/login/${TEAMS_BOT.tenantId}/`)) return { status: 400, body: { error: 'invalid_request' } };
  if (form.get('grant_type') !== 'client_credentials' || form.get('scope') !== SCOPE)
    return { status: 400, body: { error: 'invalid_scope' } };
  if (form.get('client_id') !== TEAMS_BOT.appId || form.get('client_secret') !== TEAMS_BOT.appSecret)
    return { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' } };
  state.granted += 1;
  const token = `bot-token-${randomUUID()}`;
  state.tokens.set(token, state.nowMs() + TOKEN_SEC * 1_000);
  return { status: 200, body: { token_type: 'Bearer', expires_in: TOKEN_SEC, access_token: token } };
};

/** Messages to conversations: new ones by POST, changed ones by PUT. */
export const connector = async (state: TeamsState, { method, path, headers, rawBody }: FakeRequest): Promise<FakeAnswer> => {
  const { tokens, mishaps, forgotten, messages, nowMs } = state;
  if ((tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '') ?? 0) < nowMs()) return teamsRefusal(401, 'Unauthorized');
  const [, conversation = '', activityId] = /^\/connector\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
  const conversationId = decodeURIComponent(conversation);
  const person = conversationId.slice(CHAT.length);
  const mishap = mishaps.take(person);
  if (mishap !== undefined && 'delayMs' in mishap) await new Promise(done => setTimeout(done, mishap.delayMs));
  else if (mishap !== undefined && 'status' in mishap) return mishap;
  if (!conversationId.startsWith(CHAT) || forgotten.has(person)) return teamsRefusal(404, 'ConversationNotFound');
  const activity = parsed(rawBody);
  const fault = activityFault(activity, rawBody);
  if (fault !== null || !isJson(activity)) return teamsRefusal(fault?.status ?? 400, fault?.code ?? 'Bad Argument');
  if (method === 'PUT') return change(messages, conversationId, decodeURIComponent(activityId ?? ''), activity);
  const id = `${nowMs()}${messages.length}`;
  messages.push({ conversationId, activityId: id, activity, updates: 0 });
  return mishap !== undefined && 'hangUp' in mishap ? mishap : { status: 201, body: { id } };
};

const change = (messages: TeamsMessage[], conversationId: string, activityId: string, activity: Json): FakeAnswer => {
  const message = messages.find(one => one.conversationId === conversationId && one.activityId === activityId);
  if (message === undefined) return teamsRefusal(404, 'ActivityNotFoundInConversation');
  Object.assign(message, { activity, updates: message.updates + 1 });
  return { status: 200, body: { id: activityId } };
};

/** The address of a flow: takes a message with cards, and says no more than that it has started. */
export const workflow = ({ mishaps, posted }: TeamsState, { path, query, rawBody }: FakeRequest): FakeAnswer => {
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

const parsed = (rawBody: Buffer): unknown => {
  try {
    return JSON.parse(rawBody.toString('utf8')) as unknown;
  } catch {
    return null;
  }
};
