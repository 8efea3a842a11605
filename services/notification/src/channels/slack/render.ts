import type { Message, MessageAction } from '../channel.ts';
import { fitFields, UNVERIFIED } from '../fit-fields.ts';
import { elided } from '../plain-text.ts';

/** Each text of the agent. */
export const TEXT_CHARS_MAX = 1_200;
/** Block Kit: header text 150, section text 3000, button text 75, confirm title 100, text 300 and buttons 30 characters. */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const BUTTON_CHARS_MAX = 75;
const CONFIRM_TEXT_CHARS_MAX = 300;
const CONFIRM_BUTTON_CHARS_MAX = 30;
/** All blocks together: beyond about 13 200 characters Slack answers msg_blocks_too_long (slackapi/bolt-js issue 2509). As JSON, with room. */
const BLOCKS_CHARS_MAX = 12_000;
/** What may be left for the agent's texts after everything else; the rest is names of members and our own words. */
const FIELDS_CHARS_MAX = 6_000;
/** At most 50 blocks in a message; a message has at most these fields. */
const FIELDS_MAX = 40;

export type PlainText = { type: 'plain_text'; text: string; emoji: false };
export type SlackButton = {
  type: 'button';
  action_id: string;
  text: PlainText;
  value?: string;
  url?: string;
  style?: 'primary' | 'danger';
  confirm?: { title: PlainText; text: PlainText; confirm: PlainText; deny: PlainText };
};
export type SlackBlock =
  | { type: 'header'; text: PlainText }
  | { type: 'section'; text: PlainText }
  | { type: 'context'; elements: PlainText[] }
  | { type: 'actions'; elements: SlackButton[] };
export type SlackMessage = {
  /** For notifications, where blocks are not shown. Ours alone, and escaped: this one Slack reads as mrkdwn. */
  text: string;
  blocks: SlackBlock[];
};

/** `action_id` of the button that opens the console: pressing it is reported too, and means nothing. */
export const OPEN_ACTION = 'open';

/** A text object in which nothing is markup, mention, link or emoji: automatic parsing is for mrkdwn only (Block Kit, text object). */
export const plain = (text: string, charsMax: number): PlainText => ({
  type: 'plain_text',
  // A text object may not be empty.
  text: elided(text, charsMax) || '–',
  emoji: false,
});

/** For the places that are mrkdwn whatever one does. Control sequences begin with `<`. */
export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The message as blocks of plain text. */
export const renderSlack = (message: Message): SlackMessage => {
  // JSON escapes and Slack's own make some texts longer than they look: what is too long as it is sent is made again with less room.
  for (let room = FIELDS_CHARS_MAX; ; room = Math.floor(room / 2)) {
    const blocks = blocksOf(message, room);
    if (room < 200 || JSON.stringify(blocks).length <= BLOCKS_CHARS_MAX) return { text: escaped(message.title), blocks };
  }
};

const blocksOf = (message: Message, room: number): SlackBlock[] => {
  const about = message.approvalId === null ? message.organization : `Request ${message.approvalId}, ${message.organization}`;
  return [
    { type: 'header', text: plain(message.title, HEADER_CHARS_MAX) },
    ...ownSections(message.lines),
    ...(message.fields.length === 0 ? [] : [context(UNVERIFIED)]),
    ...fitFields(message.fields.slice(0, FIELDS_MAX), room, 2).map(({ label, text }) => section(`${label}:\n${text}`)),
    context(`${about}.`),
    { type: 'actions', elements: [...message.actions.map(action => buttonOf(action, message)), openButton(message)] },
  ];
};

/** In one block as long as that holds them. */
const ownSections = (lines: readonly string[]): SlackBlock[] => {
  const together = lines.join('\n');
  if (together === '') return [];
  return together.length <= SECTION_CHARS_MAX ? [section(together)] : lines.map(section);
};
const section = (text: string): SlackBlock => ({ type: 'section', text: plain(text, SECTION_CHARS_MAX) });
const context = (text: string): SlackBlock => ({ type: 'context', elements: [plain(text, SECTION_CHARS_MAX)] });

const STYLES = { approve: { style: 'primary' }, reject: { style: 'danger' }, claim: {} } as const;

const buttonOf = ({ verb, label, handle }: MessageAction, { title }: Message): SlackButton => ({
  type: 'button',
  action_id: verb,
  text: plain(label, BUTTON_CHARS_MAX),
  value: handle,
  ...STYLES[verb],
  // Rejecting asks for a reason anyway, and claiming is undone with a press.
  ...(verb === 'approve'
    ? {
        confirm: {
          title: plain(label, BUTTON_CHARS_MAX),
          text: plain(title, CONFIRM_TEXT_CHARS_MAX),
          confirm: plain(label, CONFIRM_BUTTON_CHARS_MAX),
          deny: plain('Cancel', CONFIRM_BUTTON_CHARS_MAX),
        },
      }
    : {}),
});

const openButton = ({ link }: Message): SlackButton => ({
  type: 'button',
  action_id: OPEN_ACTION,
  text: plain(link.label, BUTTON_CHARS_MAX),
  url: link.url,
});
