import type { Message } from '../../channels/channel.ts';
import { CUT_NOTICE, fitFields, UNVERIFIED } from '../../channels/fit-fields.ts';
import { cutText } from '../../channels/plain-text.ts';
import { plainMarks } from './plain-marks.ts';

/** A name has to be recognisable, not complete. */
const ORGANIZATION_CHARS_MAX = 60;
/** Where both do not fit, our own words leave a third to the agent's. */
const OUR_SHARE = 2 / 3;

/**
 * A message as one text of a chat: our words, the agent's behind `> ` on every line so that none of them looks like ours, the link.
 * @param charsMax UTF-16 units; what does not fit is cut between whole characters and says so, the link is never cut
 */
export const chatText = ({ title, lines, fields, organization, link }: Message, charsMax: number): string => {
  const name = cutText(plainMarks(onOneLine(organization)), ORGANIZATION_CHARS_MAX);
  const whole = `\n\n${name}\n${onOneLine(link.label)}: ${link.url}`;
  const foot = whole.length <= charsMax / 2 ? whole : `\n\n${name}`;
  const room = charsMax - foot.length;
  const head = cutTo([title, ...lines].map(text => plainMarks(onOneLine(text))).join('\n'), fields.length === 0 ? room : room * OUR_SHARE);
  return `${head}${agentsWords(fields, room - head.length)}${foot}`;
};

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const cutTo = (text: string, charsMax: number): string =>
  text.length <= charsMax ? text : `${cutText(text, Math.floor(charsMax) - CUT_NOTICE.length - 1)} ${CUT_NOTICE}`;

const QUOTE = '\n> ';

const agentsWords = (fields: Message['fields'], charsMax: number): string => {
  if (fields.length === 0) return '';
  const intro = `\n\n${UNVERIFIED}`;
  // Quoted before they are fitted: the quotes of long texts take room too.
  const quoted = fields.map(field => ({ ...field, text: plainMarks(field.text).replaceAll('\n', QUOTE) }));
  const overhead = `\n:${QUOTE}`.length;
  const fitted = fitFields(quoted, charsMax - intro.length, overhead);
  const block = `${intro}${fitted.map(({ label, text }) => `\n${label}:${QUOTE}${text}`).join('')}`;
  // So many texts that not even all the notices fit: one for all.
  return block.length <= charsMax ? block : `\n\n${CUT_NOTICE}`;
};
