import type { OpenChannel, OpenOptions } from '../channel.ts';
import { ProviderUnreachable } from '../provider-http.ts';
import { acknowledge } from './acknowledge.ts';
import { parseSlack } from './inbound.ts';
import { openMessages } from './messages.ts';
import type { SlackConfig } from './slack.ts';
import { verifySlack } from './verify.ts';
import { openWebApi, type WebApi } from './web-api.ts';

/** What the app needs: to write, and to open a direct message. Reading what people write to it needs `im:history` for the event. */
const SCOPES = ['chat:write', 'im:write', 'im:history'];
/** "Deep linking into Slack": opens the direct message with an app. */
const APP_LINK = 'app_redirect';

/** An app, ready to send. Connects to nothing before it is asked to. */
export const openSlack = ({ botToken, signingSecret, appId, apiUrl }: SlackConfig, { http }: OpenOptions): OpenChannel => {
  const api = openWebApi(http, apiUrl, botToken);
  const messages = openMessages(api);
  let teamId: string | undefined;
  return {
    send: (to, message) => messages.send(to, message),
    update: (_to, ref, message) => messages.update(ref, message),
    acknowledge: (item, result) => acknowledge({ api, http, messages, apiUrl }, item, result),
    // Slack passes nothing on to the direct message that this opens.
    pastesToken: true,
    enrolmentLink: async () => {
      if (teamId === undefined) {
        const answer = await api.call<{ team_id?: string }>('auth.test');
        if (answer.outcome === 'failed') throw new ProviderUnreachable(answer);
        teamId = answer.result.team_id;
      }
      const link = new URL(APP_LINK, new URL('/', apiUrl));
      link.searchParams.set('app', appId);
      if (teamId !== undefined) link.searchParams.set('team', teamId);
      return link.href;
    },
    inbound: {
      verify: (request, nowMs) => verifySlack(request, signingSecret, nowMs),
      parse: parseSlack,
      answersWithOutcome: false,
      // Empty: closes a form, and takes note of a press or an event.
      answer: () => ({ status: 200 }),
    },
    healthCheck: () => healthCheck(api),
    close: async () => {},
  };
};

const healthCheck = async (api: WebApi): Promise<string | null> => {
  const answer = await api.call('auth.test');
  if (answer.outcome === 'failed') return answer.safeMessage;
  const granted = answer.result.response_metadata?.scopes;
  const missing = granted === undefined ? [] : SCOPES.filter(scope => !granted.includes(scope));
  return missing.length === 0
    ? null
    : `The app lacks the scopes ${missing.join(', ')}: add them under "OAuth & Permissions", reinstall it, and save its new token in "botToken"`;
};
