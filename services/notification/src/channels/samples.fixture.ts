import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { InboundRequest } from './channel.ts';

const sample = z.strictObject({
  name: z.string().min(3),
  request: z.strictObject({
    method: z.string(),
    url: z.url(),
    headers: z.record(z.string(), z.string()),
    /** What is sent as it is when a text, as JSON otherwise. */
    body: z.unknown(),
  }),
  /** What comes out of it, without members that only the provider gives a meaning to. */
  items: z.array(z.looseObject({ kind: z.string() })),
});
export type Sample = z.infer<typeof sample>;

/** What a provider really sends, as its documentation shows it: every `samples/*.json` of a channel's folder. */
export const samplesOf = (channelId: string): Sample[] => {
  const folder = new URL(`./${channelId}/samples/`, import.meta.url);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => sample.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
};

/** A sample as the inbound half gets it. */
export const requestOf = ({ request: { method, url, headers, body } }: Sample): InboundRequest => ({
  method,
  url,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  rawBody: Buffer.from(body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body)),
});
