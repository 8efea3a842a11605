import type { ApiResponse } from '@grammyjs/types';
import type { Failure } from '../channel.ts';
import { settled, type ProviderHttp } from '../provider-http.ts';
import { classifyTelegram } from './classify.ts';

export type BotAnswer<T> = { outcome: 'ok'; result: T } | ({ outcome: 'failed' } & Failure);

export type BotApi = {
  /** One call, one attempt. @returns the method's result, or what its refusal means. */
  call<T>(method: string, parameters?: Record<string, unknown>): Promise<BotAnswer<T>>;
};

/** The Bot API of one bot. The token stands in the path, so neither URL nor error is ever repeated. */
export const openBotApi = (http: ProviderHttp, apiUrl: string, botToken: string): BotApi => {
  const base = `${apiUrl.replace(/\/+$/, '')}/bot${botToken}`;
  return {
    call: <T>(method: string, parameters: Record<string, unknown> = {}) =>
      settled(async (): Promise<BotAnswer<T>> => {
        const answer = await http.request({
          method: 'POST',
          url: `${base}/${method}`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(parameters),
        });
        const body = parsed<T>(answer.text);
        if (answer.status === 200 && body?.ok === true) return { outcome: 'ok', result: body.result };
        return { outcome: 'failed', ...classifyTelegram(answer.status, body === null || body.ok ? null : body) };
      }),
  };
};

const parsed = <T>(text: string): ApiResponse<T> | null => {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'ok' in body ? (body as ApiResponse<T>) : null;
  } catch {
    return null;
  }
};
