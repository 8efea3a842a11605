import type { WebAPICallResult, WebClient } from '@slack/web-api';
import type { Failure } from '../channel.ts';
import { TIMEOUT_MS, type ProviderHttp } from '../provider-http.ts';
import { classifySlackError } from './classify.ts';

export type SlackAnswer<T> = { outcome: 'ok'; result: WebAPICallResult & T } | ({ outcome: 'failed' } & Failure);

export type WebApi = {
  /** One call, one attempt. @returns Slack's answer, or what its refusal means. */
  call<T>(method: string, parameters?: Record<string, unknown>): Promise<SlackAnswer<T>>;
};

/** The guard's own time limit comes first, so that it is the guard that says what silence means. */
const SDK_TIMEOUT_MS = TIMEOUT_MS + 1_000;

/** The SDK writes requests and warnings to a logger: nothing of it is kept. */
const silent = () => undefined;

/** Slack's SDK over the guarded client, without its retries (ten in half an hour unless told otherwise). Loaded at the first call: it is 8 MB. */
export const openWebApi = (http: ProviderHttp, apiUrl: string, botToken: string): WebApi => {
  let client: Promise<WebClient> | undefined;
  const load = async (): Promise<WebClient> => {
    const { LogLevel, WebClient } = await import('@slack/web-api');
    return new WebClient(botToken, {
      slackApiUrl: apiUrl,
      fetch: http.fetch,
      timeout: SDK_TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: {
        debug: silent,
        info: silent,
        warn: silent,
        error: silent,
        setLevel: silent,
        getLevel: () => LogLevel.ERROR,
        setName: silent,
      },
    });
  };
  return {
    call: async <T>(method: string, parameters: Record<string, unknown> = {}): Promise<SlackAnswer<T>> => {
      const ready = await (client ??= load());
      try {
        return { outcome: 'ok', result: (await ready.apiCall(method, parameters)) as WebAPICallResult & T };
      } catch (error) {
        return { outcome: 'failed', ...classifySlackError(error) };
      }
    },
  };
};
