import type { Message } from '../channel.ts';

export type Mail = { subject: string; text: string; html: string };

/** Of each text of the agent, characters. Enough to judge the urgency; everything else is in the console. */
export const TEXT_CHARS_MAX = 800;
const CUT = '[cut; the whole text is in the console]';
const UNVERIFIED = 'Written by the agent, unverified:';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/**
 * The message as text and HTML. What the agent wrote is set apart, marked as unverified, shown as text only: no link, image or markup of
 * its own survives. Links lead to the console and to action pages, which ask once more: mail scanners open every link.
 * @param repliesAreRead whether the reply address of this mail leads anywhere
 */
export const renderMail = (message: Message, repliesAreRead = false): Mail => {
  const { title } = message;
  const footer = [
    message.approvalId === null ? `${message.organization}.` : `Request ${message.approvalId}, ${message.organization}.`,
    'Opening a link decides nothing.',
    ...(repliesAreRead ? [] : ['Replies to this message are not read.']),
  ].join(' ');
  const fields = message.fields.map(({ label, text, cut }) => ({ label, text: cut ? `${text} ${CUT}` : text }));
  const view = { ...message, fields, footer, reply: repliesAreRead ? HOW_TO_REPLY : '', risk: riskOf(message) };
  return { subject: `[Holdpoint] ${title}`.replace(/\s+/g, ' '), text: plain(view), html: page(view) };
};

/** Spelled so that no line of it, quoted or wrapped, is itself a reply: the words stand in the middle and in quotes. */
const HOW_TO_REPLY = 'Or reply to this mail: the first line holds the word "approve", or the word "reject" and your reason.';

const riskOf = ({ approvalId, riskLevel, kind }: Message): string =>
  approvalId === null || kind === 'decided' ? '' : `Risk: ${riskLevel}.`;

type Field = { label: string; text: string };
type View = Pick<Message, 'title' | 'lines' | 'link' | 'actions' | 'language'> & {
  fields: Field[];
  footer: string;
  reply: string;
  risk: string;
};

const plain = ({ title, lines, risk, link, actions, reply, fields, footer }: View): string =>
  [
    // The product's name in front: whatever a title says, the first line of an unquoted answer is no reply to us.
    `Holdpoint: ${title}`,
    '',
    ...lines,
    ...(risk === '' ? [] : [risk]),
    '',
    `${link.label}: ${link.url}`,
    ...actions.map(({ label, url }) => `- ${label}: ${url}`),
    ...(reply === '' ? [] : ['', reply]),
    '',
    ...(fields.length === 0
      ? []
      : [UNVERIFIED, ...fields.flatMap(({ label, text }) => [`${label}:`, ...text.split('\n').map(line => `> ${line}`)]), '']),
    footer,
    '',
  ].join('\n');

const row = ({ label, text }: Field): string =>
  `<tr><th align="left" valign="top" style="padding:4px 12px 4px 0;color:#5b6472;font-weight:600">${escapeHtml(label)}</th><td style="padding:4px 0;white-space:pre-wrap">${escapeHtml(text)}</td></tr>`;

const button = (label: string, url: string, style: string): string =>
  `<a href="${escapeHtml(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:9px 17px;border:1px solid #17202c;${style};text-decoration:none;border-radius:6px">${escapeHtml(label)}</a>`;

const muted = (text: string): string => `<p style="color:#5b6472;font-size:13px">${escapeHtml(text)}</p>\n`;

const agentsWords = (fields: Field[]): string =>
  fields.length === 0
    ? ''
    : `<p style="margin-bottom:4px;color:#5b6472">${UNVERIFIED}</p>
<table role="presentation" style="border-left:3px solid #c9d0da;padding-left:12px" dir="ltr">${fields.map(row).join('')}</table>
`;

const page = ({ title, lines, risk, link, actions, reply, fields, footer, language }: View): string => `<!doctype html>
<html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#17202c;background:#ffffff">
<p><strong>${escapeHtml(title)}</strong></p>
<p>${[...lines, ...(risk === '' ? [] : [risk])].map(escapeHtml).join('<br>')}</p>
<p>${button(link.label, link.url, 'background:#17202c;color:#ffffff')}${actions.map(({ label, url }) => button(label, url, 'background:#ffffff;color:#17202c')).join('')}</p>
${agentsWords(fields)}${reply === '' ? '' : muted(reply)}${muted(footer)}</body></html>
`;
