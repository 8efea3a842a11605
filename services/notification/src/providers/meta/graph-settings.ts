import { z } from 'zod';

/** Longest credential Meta gives out is about 300 characters; nothing here is ever near it. */
const CREDENTIAL_CHARS_MAX = 1_024;

/** What every channel over Meta's Graph API has to know, in members for the channel's own configuration. */
export const graphSettings = {
  accessToken: z
    .string()
    .min(8)
    .max(CREDENTIAL_CHARS_MAX)
    .describe('Access token that may send; of a system user or of the page, so that it does not expire')
    .meta({ secret: true }),
  appSecret: z
    .string()
    .min(8)
    .max(CREDENTIAL_CHARS_MAX)
    .describe('App secret (App settings, Basic); Meta signs what it sends us with it')
    .meta({ secret: true }),
  verifyToken: z
    .string()
    .min(8)
    .max(CREDENTIAL_CHARS_MAX)
    .describe('Any long random text; enter the same one beside the callback URL at Meta')
    .meta({ secret: true }),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.\d{1,2}$/, 'must be a version such as v25.0')
    .default('v25.0')
    .describe('Version of the Graph API'),
} as const;

/** Members of a base URL: where the Graph API answers. */
export const graphBaseUrl = (real: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .default(real)
    .describe('Where the Graph API answers; change it for a proxy or a test server');

/** An id as Meta gives them to numbers, pages and accounts: digits. */
export const metaId = z.string().regex(/^\d{5,32}$/, 'must be digits');

export type GraphSettings = {
  accessToken: string;
  appSecret: string;
  verifyToken: string;
  apiVersion: string;
  baseUrl: string;
};
