import { z } from 'zod';

/** Where Twilio is. Another base takes the requests for all of Twilio's hosts, with the host in `X-Forwarded-Host`. */
export const TWILIO_URL = 'https://api.twilio.com';

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} and 32 hexadecimal digits`);
/** Twilio's own are 32 characters; long enough to be one, short enough to be sent in a header. */
const secret = z.string().min(8).max(256);

/** What every channel through Twilio needs: the account, what signs its calls to us, and optionally a key of its own for ours. */
export const twilioAccount = {
  accountSid: sid('AC').describe('Account SID, from the first page of the Twilio Console'),
  authToken: secret
    .meta({ secret: true })
    .describe('Auth Token of the same account: Twilio signs its calls to us with it, and we sign in with it where there is no API key'),
  apiKeySid: sid('SK').optional().describe('SID of an API key; with it the Auth Token is used for checking signatures only'),
  apiKeySecret: secret.meta({ secret: true }).optional().describe('Secret of that API key'),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .max(256)
    .default(TWILIO_URL)
    .describe('Base URL of the Twilio API; another one for a region, a proxy or a test'),
};

export type TwilioAccount = {
  accountSid: string;
  authToken: string;
  apiKeySid?: string | undefined;
  apiKeySecret?: string | undefined;
  apiUrl: string;
};

/** For a schema's `refine`: an API key has both halves or is absent. */
export const hasWholeKey = ({ apiKeySid, apiKeySecret }: Pick<TwilioAccount, 'apiKeySid' | 'apiKeySecret'>): boolean =>
  (apiKeySid === undefined) === (apiKeySecret === undefined);
export const WHOLE_KEY = { message: 'apiKeySid and apiKeySecret come together', path: ['apiKeySecret'] };

export const serviceSid = sid('MG');
export const contentSid = sid('HX');
