import type { Alert } from '../channel.ts';
import { timeLeft, utc } from '../deadline.ts';
import { oneLine, plainText } from '../plain-text.ts';

export type Mail = { subject: string; text: string; html: string };

/** Of each text of the agent, characters. Enough to judge the urgency; the decision is made in the console, where everything is. */
export const TEXT_CHARS_MAX = 800;
const SUBJECT_CHARS_MAX = 80;

const HEADLINES: Record<Alert['kind'], { subject: string; why: string }> = {
  request: { subject: 'Approval needed', why: 'An agent asks before it acts.' },
  escalation: { subject: 'Escalated to you', why: 'Nobody has decided yet, so you are asked now.' },
  assigned: { subject: 'Put in your hands', why: 'Somebody asked for you by name.' },
  answered: { subject: 'Your question was answered', why: 'The agent has answered what you asked.' },
  unreached: {
    subject: 'Nobody could be reached',
    why: 'No alert about this request reached anybody who may decide it. Without a decision it ends as not approved.',
  },
  drifted: { subject: 'Automatic approvals stopped', why: 'People disagree with what passes by itself.' },
  bypassed: { subject: 'Break-glass was used', why: 'A request was let through in an emergency.' },
  stalled: { subject: 'Nobody has decided', why: 'Everybody who could be asked was asked. Without a decision it ends as not approved.' },
};
const CUT = '[cut; the whole text is in the console]';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/**
 * The alert as text and HTML. What the agent wrote is set apart, marked as unverified, shown as text only: no link, image or markup of
 * its own survives. The one link leads to the console, where a person signs in, sees everything and decides.
 */
export const renderMail = (alert: Alert): Mail => {
  const { subject, why } = HEADLINES[alert.kind];
  if (alert.notice !== undefined) return noticeMail(alert, subject, why, alert.notice);
  const fields = fieldsOf(alert);
  const deadline = `Decide before ${utc(alert.expiresAt)} (${timeLeft(alert.at, alert.expiresAt)}); after that it counts as not approved.`;
  const next = alert.escalateAt === null ? '' : `The next people are asked ${timeLeft(alert.at, alert.escalateAt)}.`;
  return {
    subject: `[Holdpoint] ${subject}: ${oneLine(alert.actionName, SUBJECT_CHARS_MAX)} (${alert.riskLevel} risk)`,
    text: [
      `${alert.operatorName},`,
      '',
      `${why} Risk: ${alert.riskLevel}.`,
      [deadline, next].filter(Boolean).join('\n'),
      '',
      `Look and decide: ${alert.viewUrl}`,
      '',
      'Written by the agent, unverified:',
      ...fields.flatMap(({ name, text }) => [`${name}:`, ...text.split('\n').map(line => `> ${line}`)]),
      '',
      `Request ${alert.approvalId}, ${alert.organization}. Opening the link decides nothing; replies to this message are not read.`,
      '',
    ].join('\n'),
    html: page(alert, why, deadline, next, fields),
  };
};

/** Nothing waits for a decision: what happened, and where to look. */
const noticeMail = (alert: Alert, subject: string, why: string, notice: string): Mail => {
  const { text } = plainText(notice, TEXT_CHARS_MAX);
  const footer = `${alert.organization}. Replies to this message are not read.`;
  return {
    subject: `[Holdpoint] ${subject}: ${oneLine(alert.actionName, SUBJECT_CHARS_MAX)}`,
    text: [`${alert.operatorName},`, '', why, text, '', `Look: ${alert.viewUrl}`, '', footer, ''].join('\n'),
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#17202c;background:#ffffff">
<p>${escapeHtml(alert.operatorName)},</p>
<p>${escapeHtml(why)}<br>${escapeHtml(text)}</p>
<p><a href="${escapeHtml(alert.viewUrl)}">Look</a></p>
<p style="color:#5b6472;font-size:13px">${escapeHtml(footer)}</p>
</body></html>
`,
  };
};

type Field = { name: string; text: string };

const fieldsOf = (alert: Alert): Field[] =>
  [
    { name: 'Action', raw: alert.actionName },
    { name: 'Proposal', raw: alert.proposedAction },
    { name: 'About', raw: alert.entityId },
    { name: 'Summary', raw: alert.contextSummary },
  ].map(({ name, raw }) => {
    const { text, cut } = plainText(raw, TEXT_CHARS_MAX);
    return { name, text: cut ? `${text} ${CUT}` : text };
  });

const row = ({ name, text }: Field): string =>
  `<tr><th align="left" valign="top" style="padding:4px 12px 4px 0;color:#5b6472;font-weight:600">${name}</th><td style="padding:4px 0;white-space:pre-wrap">${escapeHtml(text)}</td></tr>`;

const page = (alert: Alert, why: string, deadline: string, next: string, fields: Field[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#17202c;background:#ffffff">
<p>${escapeHtml(alert.operatorName)},</p>
<p>${escapeHtml(why)} Risk: <strong>${alert.riskLevel}</strong>.<br>${escapeHtml(deadline)}${next === '' ? '' : `<br>${escapeHtml(next)}`}</p>
<p><a href="${escapeHtml(alert.viewUrl)}" style="display:inline-block;padding:10px 18px;background:#17202c;color:#ffffff;text-decoration:none;border-radius:6px">Look and decide</a></p>
<p style="margin-bottom:4px;color:#5b6472">Written by the agent, unverified:</p>
<table role="presentation" style="border-left:3px solid #c9d0da;padding-left:12px" dir="ltr">${fields.map(row).join('')}</table>
<p style="color:#5b6472;font-size:13px">Request ${escapeHtml(alert.approvalId)}, ${escapeHtml(alert.organization)}. Opening the link decides nothing; replies to this message are not read.</p>
</body></html>
`;
