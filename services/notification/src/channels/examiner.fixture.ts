import type { Message } from './channel.ts';

/** What a rendered message is, seen with the eyes of its channel. */
export type Examined = {
  /** What a person reads or hears, piece by piece, as the channel shows it. */
  shown: string[];
  /** Addresses that its links and buttons open. */
  urls: string[];
  /** Handles that can be pressed. */
  handles: string[];
  /** What the channel makes of the texts besides showing them: markup, mentions, links it finds by itself. The frame that is ours included. */
  alive: string[];
  /** Limits of the provider that are exceeded. */
  exceeded: string[];
};

/** What the contract suite has to know of a channel: `examiner` of `<folder>/examiner.fixture.ts`. */
export type Examiner = {
  /** A whole configuration for each way the channel can be run; the samples are for one of them. Its secrets hold the word CANARY where they may. */
  configs: readonly object[];
  /** Addresses in their canonical form. */
  addresses: readonly string[];
  /** Ways to put a message besides the channel's `render`. */
  forms?: Readonly<Record<string, (message: Message) => unknown>>;
  examine(rendered: unknown): Examined;
};

/** A name for each limit that is exceeded: `over('title', 21, 20)` → `['title: 21 of 20']`. */
export const over = (what: string, is: number, most: number): string[] => (is > most ? [`${what}: ${is} of ${most}`] : []);

/** Every object in a piece of JSON, outermost first. */
export const everyObject = (json: unknown): Record<string, unknown>[] =>
  typeof json !== 'object' || json === null
    ? []
    : [...(Array.isArray(json) ? [] : [json as Record<string, unknown>]), ...Object.values(json).flatMap(everyObject)];

/** What programs make links of without being asked: schemes, `www.`, domains. */
const LINK =
  /[a-z][a-z0-9+.-]*:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+|\b(?:mailto|tel|sms|javascript|data):[^\s<>"]+|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.\p{L}{2,}(?:\/[^\s<>"]*)?/giu;

/** Links in a text, those apart that are ours. */
export const linksIn = (text: string, ours: readonly string[]): string[] => {
  const rest = ours.toSorted((a, b) => b.length - a.length).reduce((left, url) => left.replaceAll(url, ' '), text);
  return rest.match(LINK) ?? [];
};

/** Markup and mentions of WhatsApp and Messenger in a text; the `> ` before each line of the agent's is ours. */
export const chatMarkup = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.replace(/^> /, ''))
    .flatMap(line => [
      ...(line.replace(/https?:\/\/\S+/g, ' ').match(/(?<![\p{L}\p{N}])([*_~`])(?=\S)[^\n]*?\S\1(?![\p{L}\p{N}])/gu) ?? []),
      ...(line.match(/(?<![\p{L}\p{N}])@[\p{L}\p{N}]+/gu) ?? []),
      ...(line.match(/^\s*(?:>|[-*] )/g) ?? []),
    ]);
