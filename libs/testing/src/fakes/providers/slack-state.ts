import { randomBytes } from 'node:crypto';
import { openMishaps } from './provider.ts';
import type { SlackFakeBlock } from './slack-shapes.ts';

/** A message of the app in a direct message, as its member sees it. */
export type SlackChatMessage = { channel: string; ts: string; text: string; blocks: SlackFakeBlock[]; edits: number };
/** What only one person saw. `via` says which of the two ways it came. */
export type SlackWhisper = { user: string; channel: string; text: string; via: 'responseUrl' | 'postEphemeral' };
export type SlackView = { id: string; user: string; view: SlackModal };
export type SlackModal = {
  type: string;
  callback_id?: string;
  private_metadata?: string;
  title: { text: string };
  submit?: { text: string };
  blocks: { type: string; block_id?: string; element?: { action_id?: string; max_length?: number } }[];
};

/** All that the fake knows of one workspace with one app. */
export const openSlackState = () => ({
  teamId: 'T0HOLDPNT',
  appId: 'A0HOLDPNT',
  botUser: 'U0BOT',
  botToken: `xoxb-${randomBytes(6).readUIntBE(0, 6)}-${randomBytes(12).toString('hex')}`,
  signingSecret: randomBytes(16).toString('hex'),
  scopes: ['chat:write', 'im:write', 'im:history'],
  /** Members, and the ids of their direct messages once opened. */
  members: new Map<string, { disabled: boolean; direct: string | null }>(),
  messages: [] as SlackChatMessage[],
  whispers: [] as SlackWhisper[],
  views: [] as SlackView[],
  /** When a form may still be opened, milliseconds since 1970. */
  triggers: new Map<string, { user: string; untilMs: number; used: boolean }>(),
  /** Uses that are left of each `response_url`. */
  responseUrls: new Map<string, { user: string; channel: string; left: number }>(),
  /** The next messages to a member (U…) meet these. */
  mishaps: openMishaps(),
  hookUrl: null as string | null,
  count: 0,
});
export type SlackState = ReturnType<typeof openSlackState>;

/** A timestamp as Slack names messages by. */
export const nextTs = (state: SlackState): string => `${Math.floor(Date.now() / 1_000)}.${String(++state.count).padStart(6, '0')}`;

/** The conversation with a member, opened when there is none. */
export const directWith = (state: SlackState, user: string): string => {
  const member = state.members.get(user);
  if (member === undefined) throw new Error(`${user} is no member`);
  return (member.direct ??= `D0${user}`);
};
