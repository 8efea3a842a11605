import type { AlertText, MessageTemplate, RiskLevel } from '@holdpoint/contracts';
import type { Capabilities, Message, MessageAction, MessageKind } from './channels/channel.ts';
import { clock, timeLeft } from './channels/deadline.ts';
import { oneLine, plainText } from './channels/plain-text.ts';
import { redact } from './redact.ts';
import { BUILT_IN, fillIn, type TemplateValues } from './words.ts';

/** What is to be said, before it is known through which channel. Texts of the agent are raw here: hostile until composed. */
export type Alert = {
  kind: MessageKind;
  approvalId: string | null;
  organization: string;
  /** Who is addressed. */
  operatorName: string;
  riskLevel: RiskLevel;
  text: AlertText;
  /** What happened, in our own words, where nothing waits for a decision. */
  notice?: string;
  /** How it ended, in our own words. */
  outcome?: string;
  count?: number;
  expiresAt: string | null;
  escalateAt: string | null;
  /** The moment of sending: deadlines are also told in minutes from it. */
  at: string;
  link: { label: string; url: string };
};

/** What one person's channel adds. */
export type Form = {
  capabilities: Pick<Capabilities, 'contentLevel' | 'textCharsMax' | 'actionsMax'>;
  template: MessageTemplate | null;
  language: string;
  /** The zone that instants are told in; UTC unless given. */
  timeZone?: string | undefined;
  /** Language of the template, where it is not the reader's. */
  wordsIn?: string;
  actions: readonly MessageAction[];
  replyCode: string | null;
  replyVerbs?: Message['replyVerbs'] | undefined;
  /** Values that must not be seen. */
  secrets: readonly string[];
};

/** Of names that stand within our own words, characters. */
const NAME_CHARS_MAX = 80;
const NOTICE_CHARS_MAX = 800;

/**
 * The message for one person on one channel: our words from the template, the agent's words made harmless (secrets blotted out, hidden characters
 * visible, links without meaning, cut). At the level `minimal` the agent's words stay away altogether, its names of tool and entity included. Pure.
 */
export const composeMessage = (alert: Alert, form: Form): Message => {
  const { contentLevel, textCharsMax, actionsMax } = form.capabilities;
  const safe = (text: string, charsMax: number) => oneLine(redact(text, form.secrets), charsMax);
  const minimal = contentLevel === 'minimal';
  const { title, lines } = form.template ?? BUILT_IN[alert.kind];
  const deadline = alert.expiresAt === null ? null : clock(alert.expiresAt, form.timeZone);
  const values = valuesOf(alert, deadline, minimal ? { action: 'a request', entity: 'it' } : namesOf(alert, safe));
  return {
    kind: alert.kind,
    title: fillIn(title, values),
    lines: lines.map(line => fillIn(line, values)).filter(line => line !== ''),
    fields: minimal || alert.notice !== undefined ? [] : fieldsOf(alert.text, textCharsMax, form.secrets),
    riskLevel: alert.riskLevel,
    organization: oneLine(alert.organization, NAME_CHARS_MAX),
    approvalId: alert.approvalId,
    link: alert.link,
    actions: form.actions.slice(0, actionsMax),
    replyCode: form.replyCode,
    ...(form.replyVerbs === undefined ? {} : { replyVerbs: form.replyVerbs }),
    expiresAt: alert.expiresAt,
    deadline,
    language: form.language,
    wordsIn: form.template === null ? 'en' : (form.wordsIn ?? form.language),
  };
};

type Names = { action: string; entity: string };
const namesOf = ({ text }: Alert, safe: (text: string, charsMax: number) => string): Names => ({
  action: safe(text.actionName, NAME_CHARS_MAX),
  entity: safe(text.entityId, NAME_CHARS_MAX),
});

const valuesOf = (alert: Alert, deadline: string | null, names: Names): TemplateValues => ({
  ...names,
  risk: alert.riskLevel,
  operator: oneLine(alert.operatorName, NAME_CHARS_MAX),
  organization: oneLine(alert.organization, NAME_CHARS_MAX),
  deadline: deadline ?? '',
  timeLeft: alert.expiresAt === null ? '' : timeLeft(alert.at, alert.expiresAt),
  next: alert.escalateAt === null ? '' : `The next people are asked ${timeLeft(alert.at, alert.escalateAt)}.`,
  count: String(alert.count ?? 1),
  notice: alert.notice === undefined ? '' : plainText(alert.notice, NOTICE_CHARS_MAX).text,
  outcome: alert.outcome ?? '',
});

const fieldsOf = (text: AlertText, charsMax: number, secrets: readonly string[]): Message['fields'] =>
  [
    { label: 'Action', raw: text.actionName },
    { label: 'Proposal', raw: text.proposedAction },
    { label: 'About', raw: text.entityId },
    { label: 'Summary', raw: text.contextSummary },
  ]
    .filter(({ raw }) => raw.trim() !== '')
    .map(({ label, raw }) => ({ label, ...plainText(redact(raw, secrets), charsMax) }));
