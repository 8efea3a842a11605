import type { Message } from '../channel.ts';
import { sentencesIn } from '../own-sentences.ts';
import { cutText } from '../plain-text.ts';
import { segmentsOf, toGsm7 } from './gsm7.ts';

/** Each costs; above three, some carriers no longer put them together. */
export const SEGMENTS_MAX = 3;
/** A name has to be recognisable, not complete. */
const ORGANIZATION_CHARS_MAX = 40;
/** A longer link would leave no room for what it is about; the console is known to whoever is told. */
const URL_CHARS_MAX = 250;
const CUT = '...';

export type Text = { body: string; segments: number };

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * The message as a text message: whose it is and what about, until when, how to answer, where to look. Nothing of what the agent wrote. The code
 * stands apart from the verbs, and every line begins with words of ours, so that no line of it is a command when it comes back quoted.
 */
export const renderSms = (message: Message): Text => {
  const head = toGsm7(onOneLine(`Holdpoint, ${cutText(onOneLine(message.organization), ORGANIZATION_CHARS_MAX)}: ${wordsOf(message)}`));
  const tail = toGsm7([deadlineOf(message), answerOf(message), linkOf(message)].filter(line => line !== '').join('\n'));
  const body = fitted(head, tail === '' ? '' : `\n${tail}`);
  return { body, segments: segmentsOf(body) };
};

/** Where nothing is to be answered there is room for our other lines; a deadline is told in a line of its own. */
const wordsOf = ({ title, lines, replyCode }: Message): string => (replyCode === null ? [title, ...lines].join(' ') : title);

const deadlineOf = ({ replyCode, deadline, wordsIn }: Message): string =>
  replyCode === null || deadline === null ? '' : sentencesIn(wordsIn).by(deadline);

const answerOf = ({ replyCode, replyVerbs = ['approve', 'reject'], wordsIn }: Message): string => {
  if (replyCode === null) return '';
  const { replyEither, replyReject } = sentencesIn(wordsIn);
  return replyVerbs.includes('approve') ? replyEither(replyCode) : replyReject(replyCode);
};

/** A code needs no link, and people should not learn to follow one beside a code. */
const linkOf = ({ kind, link, wordsIn }: Message): string =>
  kind === 'verify' ? '' : link.url.length > URL_CHARS_MAX ? sentencesIn(wordsIn).lookInConsole : link.url;

/** As much of the head as fits, cut between whole characters. */
const fitted = (head: string, tail: string): string => {
  if (segmentsOf(head + tail) <= SEGMENTS_MAX) return head + tail;
  let [fits, tooLong] = [0, head.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (segmentsOf(cutText(head, middle) + CUT + tail) <= SEGMENTS_MAX) fits = middle;
    else tooLong = middle;
  }
  return `${cutText(head, fits)}${CUT}${tail}`;
};

/** What came of a reply, in one segment. */
export const answerText = (words: string): string => {
  const text = toGsm7(onOneLine(`Holdpoint: ${words}`));
  if (segmentsOf(text) === 1) return text;
  let kept = text;
  while (segmentsOf(`${kept}${CUT}`) > 1) kept = cutText(kept, kept.length - 1);
  return `${kept}${CUT}`;
};
