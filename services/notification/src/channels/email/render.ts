import type { Message } from '../channel.ts';
import { sentencesIn } from '../own-sentences.ts';
import { fitFields, UNVERIFIED, type FittedField } from '../fit-fields.ts';

export type Mail = { subject: string; text: string; html: string };

/** Of each text of the agent, characters. Enough to judge the urgency; everything else is in the console. */
export const TEXT_CHARS_MAX = 800;
/** Of all of them together: with their escapes far below the 102 KB at which mail programs clip. */
const FIELDS_CHARS_MAX = 4_000;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/**
 * The message as text and HTML. What the agent wrote is set apart, marked as unverified, shown as text only: no link, image or markup of
 * its own survives. Links lead to the console and to action pages, which ask once more: mail scanners open every link.
 * @param repliesAreRead whether the reply address of this mail leads anywhere
 */
export const renderMail = (message: Message, repliesAreRead = false): Mail => {
  const { title } = message;
  const { request, risk, decidesNothing, notRead } = sentencesIn(message.wordsIn).mail;
  const footer = [
    message.approvalId === null
      ? `${message.organization}.`
      : `${request} ${message.approvalId}, ${risk[message.riskLevel]}, ${message.organization}.`,
    decidesNothing,
    ...(repliesAreRead ? [] : [notRead]),
  ].join(' ');
  const reply = repliesAreRead ? howToReply(message) : '';
  const view = { ...message, title: title.replace(/\s+/g, ' '), fields: fitFields(message.fields, FIELDS_CHARS_MAX), footer, reply };
  return { subject: `[Holdpoint] ${title}`.replace(/\s+/g, ' '), text: plain(view), html: page(view) };
};

/** Spelled so that no line of it, quoted or wrapped, is itself a reply: the words stand in the middle and in quotes. */
const howToReply = ({ actions }: Pick<Message, 'actions'>): string =>
  actions.some(({ verb }) => verb === 'approve')
    ? 'Or reply to this mail: the first line holds the word "approve", or the word "reject" and your reason.'
    : 'Or say no by reply: the first line holds the word "reject" and your reason.';

type View = Pick<Message, 'title' | 'lines' | 'link' | 'actions' | 'wordsIn'> & {
  fields: FittedField[];
  footer: string;
  reply: string;
};

/** With the product's name in front: whatever a title says, the first line of an answer that did not quote it is no answer. */
const headline = (title: string): string => `Holdpoint: ${title}`;

const plain = ({ title, lines, link, actions, reply, fields, footer }: View): string =>
  [
    headline(title),
    '',
    ...lines,
    '',
    `${link.label}: ${link.url}`,
    ...actions.map(({ label, url }) => `To say "${label}": ${url}`),
    ...(reply === '' ? [] : ['', reply]),
    '',
    ...(fields.length === 0
      ? []
      : [UNVERIFIED, ...fields.flatMap(({ label, text }) => [`${label}:`, ...text.split('\n').map(line => `> ${line}`)]), '']),
    footer,
    '',
  ].join('\n');

const row = ({ label, text }: FittedField): string =>
  `<tr><th align="left" valign="top" style="padding:4px 12px 4px 0;color:#5b6472;font-weight:600">${escapeHtml(label)}</th><td style="padding:4px 0;white-space:pre-wrap">${escapeHtml(text)}</td></tr>`;

const button = (label: string, url: string, style: string): string =>
  `<a href="${escapeHtml(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:9px 17px;border:1px solid #17202c;${style};text-decoration:none;border-radius:6px">${escapeHtml(label)}</a>`;

const muted = (text: string): string => `<p style="color:#5b6472;font-size:13px">${escapeHtml(text)}</p>\n`;

const agentsWords = (fields: FittedField[]): string =>
  fields.length === 0
    ? ''
    : `<p style="margin-bottom:4px;color:#5b6472">${UNVERIFIED}</p>
<table role="presentation" style="border-left:3px solid #c9d0da;padding-left:12px" dir="ltr">${fields.map(row).join('')}</table>
`;

const page = ({ title, lines, link, actions, reply, fields, footer, wordsIn }: View): string => `<!doctype html>
<html lang="${escapeHtml(wordsIn)}"><head><meta charset="utf-8"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#17202c;background:#ffffff">
<p><strong>${escapeHtml(headline(title))}</strong></p>
<p>${lines.map(escapeHtml).join('<br>')}</p>
<p>${button(link.label, link.url, 'background:#17202c;color:#ffffff')}${actions.map(({ label, url }) => button(label, url, 'background:#ffffff;color:#17202c')).join('')}</p>
${agentsWords(fields)}${reply === '' ? '' : muted(reply)}${muted(footer)}</body></html>
`;
