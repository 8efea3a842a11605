import { createHmac, randomBytes } from 'node:crypto';
import { callHook, openMishaps, type FakeAnswer, type HookAnswer } from './provider.ts';

/** A product of Meta that has a webhook of its own. */
export type MetaProduct = 'whatsapp' | 'page' | 'instagram';

/** What a product accepted, as it came. `units` of text are whatever the form holds. */
export type MetaMessage = { product: MetaProduct; to: string; id: string; body: Record<string, unknown> };

/** How a webhook reaches us: `duplicates` more times, with another signature header or none, over a body serialised anew. */
export type MetaDelivery = { duplicates?: number; signature?: string | null; reserialised?: boolean };

/** An approved template: how many variables its body has, and its buttons. */
export type MetaTemplate = { languages: readonly string[]; variables: number; buttons: readonly ('quick_reply' | 'url')[] };

export const openMetaState = () => ({
  accessToken: `EAAG${randomBytes(48).toString('base64url')}`,
  appSecret: randomBytes(16).toString('hex'),
  businessAccountId: '102290129340398',
  phoneNumberId: '106540352242922',
  /** The number that sends, without a plus. */
  phoneNumber: '15550783881',
  pageId: '108276452111790',
  instagramId: '17841405822304914',
  /** In the order they were accepted. */
  messages: [] as MetaMessage[],
  /** Users of whom this side knows that they wrote within 24 hours. */
  open: new Set<string>(),
  blocked: new Set<string>(),
  /** Says "more than 24 hours" in a receipt only, as the Cloud API often does, instead of in the answer. */
  tellsClosedWindowsLater: false,
  templates: new Map<string, MetaTemplate>(),
  hooks: new Map<MetaProduct, string>(),
  /** The next messages to an address meet these. */
  mishaps: openMishaps(),
  /** The next messages to an address are accepted, and fail in a receipt of this code. */
  later: new Map<string, number[]>(),
  /** Receipts under way. */
  pending: [] as Promise<unknown>[],
  lastId: 0,
});
export type MetaState = ReturnType<typeof openMetaState>;

/** An answer in the form of every Graph error. @param status 400 unless given: Meta gives most errors under it */
export const metaError = (code: number, { subcode, status = 400, message = 'Something is wrong' }: MetaErrorDetail = {}): FakeAnswer => ({
  status,
  body: {
    error: {
      message: `(#${code}) ${message}`,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: 'A9C5BFZGYCvRghcFEHTjgpC',
    },
  },
});
export type MetaErrorDetail = { subcode?: number; status?: number; message?: string };

/** Meta escapes what is not ASCII, and slashes: another serialiser makes other bytes of the same JSON. */
const serialised = (body: object): string =>
  JSON.stringify(body)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const metaSignature = (appSecret: string, body: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

/** Calls our webhook as Meta does. @throws Error when there is none */
export const deliverMeta = async (
  state: MetaState,
  product: MetaProduct,
  content: object,
  { duplicates = 0, signature, reserialised = false }: MetaDelivery = {},
): Promise<HookAnswer> => {
  const url = state.hooks.get(product);
  if (url === undefined) throw new Error(`no webhook was entered for ${product}`);
  const body = serialised(content);
  const header = signature === undefined ? metaSignature(state.appSecret, body) : signature;
  const request = {
    headers: { 'content-type': 'application/json', ...(header === null ? {} : { 'x-hub-signature-256': header }) },
    body: reserialised ? JSON.stringify(content) : body,
  };
  let answer = await callHook(url, request);
  for (let sent = 0; sent < duplicates; sent++) answer = await callHook(url, request);
  return answer;
};

export const unixSeconds = (): string => `${Math.floor(Date.now() / 1_000)}`;

/** The text and the buttons of a form, whichever it is: what a person sees and may press. */
export const seenIn = ({ body }: MetaMessage): { text: string; buttons: { title: string; payload: string }[] } => {
  const message = member(body, 'message');
  const template = member(body, 'template');
  const payload = member(member(message, 'attachment'), 'payload');
  if (payload !== undefined)
    return {
      text: String(payload['text']),
      buttons: list(payload['buttons']).map(button => ({ title: String(button['title']), payload: String(button['payload']) })),
    };
  const interactive = member(body, 'interactive');
  if (interactive !== undefined)
    return {
      text: String(member(interactive, 'body')?.['text']),
      buttons: list(member(interactive, 'action')?.['buttons']).map(button => {
        const reply = member(button, 'reply');
        return { title: String(reply?.['title']), payload: String(reply?.['id']) };
      }),
    };
  if (template !== undefined) {
    const components = list(template['components']);
    const parameters = (component: Json | undefined) => list(component?.['parameters']);
    return {
      text: parameters(components.find(({ type }) => type === 'body'))
        .map(({ text }) => String(text))
        .join('\n'),
      buttons: components
        .filter(component => component['sub_type'] === 'quick_reply')
        .map(component => ({ title: `Button ${String(component['index'])}`, payload: String(parameters(component)[0]?.['payload']) })),
    };
  }
  return { text: String(member(body, 'text')?.['body'] ?? message?.['text']), buttons: [] };
};

export type Json = Record<string, unknown>;

export const member = (value: Json | undefined, name: string): Json | undefined => {
  const child = value?.[name];
  return typeof child === 'object' && child !== null && !Array.isArray(child) ? (child as Json) : undefined;
};
export const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
