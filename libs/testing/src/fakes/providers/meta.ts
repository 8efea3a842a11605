import { messagingMessages, messagingPeople } from './meta-messaging.ts';
import { metaError, openMetaState, seenIn, type Json, type MetaProduct, type MetaState, type MetaTemplate } from './meta-state.ts';
import { whatsappMessages, whatsappPeople } from './meta-whatsapp.ts';
import { callHook, type FakeAnswer, type FakeProvider, type FakeRequest } from './provider.ts';

/**
 * An honest fake of Meta's Graph API for one app with a WhatsApp number, a page and an Instagram account. It knows who wrote within 24 hours,
 * which templates are approved and what each form may hold, and signs what it tells our webhooks. Anything it was not told of is refused.
 */
export const openMetaFake = () => {
  const state = openMetaState();
  return {
    state,
    accessToken: state.accessToken,
    appSecret: state.appSecret,
    messages: state.messages,
    mishaps: state.mishaps,
    seenIn,
    whatsapp: whatsappPeople(state),
    messenger: messagingPeople(state, 'page'),
    instagram: messagingPeople(state, 'instagram'),
    /** An approved template; three variables and two quick replies unless told otherwise. */
    approveTemplate: (name: string, template: Partial<MetaTemplate> = {}) =>
      void state.templates.set(name, { languages: ['en'], variables: 3, buttons: ['quick_reply', 'quick_reply'], ...template }),
    /** Somebody enters our address at Meta, which asks it first. @returns whether it answered the question */
    enterHook: async (product: MetaProduct, url: string, verifyToken: string): Promise<boolean> => {
      const challenge = `${1_158_201_444 + state.hooks.size}`;
      const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': challenge, 'hub.verify_token': verifyToken });
      const answer = await callHook(`${url}?${query.toString()}`, { method: 'GET' });
      const isRight = answer.status === 200 && answer.body === challenge;
      if (isRight) state.hooks.set(product, url);
      return isRight;
    },
    /** The next message to an address is accepted and fails afterwards, in a receipt of this code. */
    failLater: (address: string, code: number) => void state.later.set(address, [...(state.later.get(address) ?? []), code]),
    /** Resolves when no receipt is under way. */
    settled: async (): Promise<void> => void (await Promise.all(state.pending.splice(0))),
    handle: (request: FakeRequest): FakeAnswer | Promise<FakeAnswer> => handle(state, request),
  } satisfies FakeProvider & Record<string, unknown>;
};
export type MetaFake = ReturnType<typeof openMetaFake>;

const handle = async (state: MetaState, { method, path, rawBody, headers }: FakeRequest): Promise<FakeAnswer> => {
  const [, id, edge] = /^\/v\d+\.\d+\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
  if (id === undefined) return metaError(2_500, { message: 'Unknown path components' });
  if (headers.authorization !== `Bearer ${state.accessToken}`)
    return metaError(190, { status: 401, message: 'Invalid OAuth access token - Cannot parse access token' });
  // An account of Instagram has an id of its own for each app, which is good for nothing else.
  if (method === 'GET' && id === 'me' && edge === undefined)
    return { status: 200, body: { user_id: state.instagramId, id: '28978671838402975' } };
  const known = [state.phoneNumberId, state.pageId, state.instagramId];
  if (!known.includes(id)) return metaError(100, { subcode: 33, message: 'Unsupported request. Object does not exist' });
  if (method === 'GET' && edge === undefined) return { status: 200, body: { id } };
  if (method !== 'POST' || edge === undefined) return metaError(100, { message: 'Unsupported method' });
  if (!headers['content-type']?.startsWith('application/json')) return metaError(100, { message: 'This fake reads JSON only' });
  const body = JSON.parse(rawBody.toString('utf8')) as Json;
  if (edge === 'subscribed_apps' || edge === 'messenger_profile') return { status: 200, body: { success: true } };
  if (edge !== 'messages') return metaError(100, { message: 'Unknown edge' });
  return mishapOr(state, recipientIn(body), () => {
    if (id === state.phoneNumberId) return whatsappMessages(state, body);
    return messagingMessages(state, id === state.pageId ? 'page' : 'instagram', body);
  });
};

const recipientIn = ({ to, recipient }: Json): string =>
  typeof to === 'string' ? to : typeof recipient === 'string' ? recipient : String((recipient as Json | undefined)?.['id']);

/** A scripted failure in place of success, or silence and a broken connection after the message was taken. */
const mishapOr = async (state: MetaState, address: string, answer: () => FakeAnswer): Promise<FakeAnswer> => {
  const mishap = state.mishaps.take(address);
  if (mishap === undefined) return answer();
  if ('status' in mishap) return mishap;
  const taken = answer();
  if ('hangUp' in mishap) return mishap;
  await new Promise(resolve => setTimeout(resolve, mishap.delayMs));
  return taken;
};
