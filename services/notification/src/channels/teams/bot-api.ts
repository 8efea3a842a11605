import type { Failure } from '../channel.ts';
import { ProviderUnreachable, settled, type ProviderHttp } from '../provider-http.ts';
import { isServiceUrl, type Conversation } from './address.ts';
import type { CardJson } from './card.ts';
import { classifyBot, classifySignIn } from './classify.ts';
import type { BotConfig } from './config.ts';

const SCOPE = 'https://api.botframework.com/.default';
/** A token is renewed so long before it ends, milliseconds: clocks differ, and a request takes its time. */
const RENEW_MS = 300_000;

type Failed = { outcome: 'failed' } & Failure;
export type BotApi = {
  /** @param activityId the message that is changed; a new one without it @returns the id of the message */
  put(conversation: Conversation, activity: CardJson, activityId?: string): Promise<{ outcome: 'ok'; id: string | null } | Failed>;
  /** @returns null, or why the bot cannot sign in */
  signIn(): Promise<Failure | null>;
};

/** The Bot Connector's API for messages, and the sign-in it needs. */
export const openBotApi = (config: BotConfig, http: ProviderHttp, nowMs: () => number): BotApi => {
  const { appId, appSecret, tenantId, authority = tenantId, loginUrl, serviceHosts } = config;
  let current: { token: string; untilMs: number } | undefined;
  let fetching: Promise<string> | undefined;

  const fetchToken = async (): Promise<string> => {
    const answer = await http.request({
      method: 'POST',
      url: `${loginUrl.replace(/\/$/, '')}/${authority}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: appId, client_secret: appSecret, scope: SCOPE }).toString(),
    });
    const granted = answer.status === 200 ? grantOf(answer.text) : null;
    if (granted === null) throw new ProviderUnreachable(classifySignIn(answer, nowMs()));
    current = { token: granted.token, untilMs: nowMs() + granted.expiresMs - RENEW_MS };
    return granted.token;
  };
  const token = async (): Promise<string> => {
    if (current !== undefined && current.untilMs > nowMs()) return current.token;
    fetching ??= fetchToken().finally(() => (fetching = undefined));
    return fetching;
  };

  return {
    put: ({ serviceUrl, conversationId }, activity, activityId) =>
      settled(async () => {
        if (!isServiceUrl(serviceUrl, serviceHosts)) return OTHER_HOST;
        const path = ['v3', 'conversations', conversationId, 'activities', ...(activityId === undefined ? [] : [activityId])];
        const answer = await http.request({
          method: activityId === undefined ? 'POST' : 'PUT',
          url: `${serviceUrl.replace(/\/$/, '')}/${path.map(encodeURIComponent).join('/')}`,
          headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
          body: JSON.stringify(activity),
        });
        if (answer.status >= 200 && answer.status < 300) return { outcome: 'ok' as const, id: idOf(answer.text) };
        // A token that was refused is not tried again; the next attempt signs in anew.
        if (answer.status === 401) current = undefined;
        return { outcome: 'failed' as const, ...classifyBot(answer, nowMs()) };
      }),
    signIn: async () => {
      const signed = await settled(async () => {
        await token();
        return null;
      });
      return signed;
    },
  };
};

const OTHER_HOST: Failed = {
  outcome: 'failed',
  class: 'recipient_gone',
  code: 'host_not_allowed',
  safeMessage: 'The conversation is at a host that may not be called; see serviceHosts',
};

const grantOf = (text: string): { token: string; expiresMs: number } | null => {
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(text) as Record<string, unknown>;
    return typeof token === 'string' && Number.isFinite(Number(seconds)) ? { token, expiresMs: Number(seconds) * 1_000 } : null;
  } catch {
    return null;
  }
};

const idOf = (text: string): string | null => {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
};
