import type { MessageTemplate, TemplateKind } from '@holdpoint/contracts';
import type { MessageKind } from './channels/channel.ts';

/** What stands for `{name}` in a template. */
export const TEMPLATE_VARIABLES = [
  'action',
  'entity',
  'risk',
  'operator',
  'organization',
  'deadline',
  'timeLeft',
  'next',
  'count',
  'notice',
  'outcome',
] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];
export type TemplateValues = Record<TemplateVariable, string>;

const DEADLINE = 'Decide before {deadline} ({timeLeft}); after that it counts as not approved. {next}';
/** The words every message has unless the organisation has its own. */
export const BUILT_IN: Readonly<Record<MessageKind, MessageTemplate>> = {
  request: { title: 'Approval needed: {action} ({risk} risk)', lines: ['An agent asks before it acts. Risk: {risk}.', DEADLINE] },
  escalation: {
    title: 'Escalated to you: {action} ({risk} risk)',
    lines: ['Nobody has decided yet, so you are asked now. Risk: {risk}.', DEADLINE],
  },
  assigned: { title: 'Put in your hands: {action} ({risk} risk)', lines: ['Somebody asked for you by name. Risk: {risk}.', DEADLINE] },
  answered: {
    title: 'Your question was answered: {action} ({risk} risk)',
    lines: ['The agent has answered what you asked. Risk: {risk}.', DEADLINE],
  },
  unreached: {
    title: 'Nobody could be reached: {action} ({risk} risk)',
    lines: [
      'No alert about this request reached anybody who may decide it. Without a decision it ends as not approved. Risk: {risk}.',
      DEADLINE,
    ],
  },
  stalled: {
    title: 'Nobody has decided: {action} ({risk} risk)',
    lines: ['Everybody who could be asked was asked. Without a decision it ends as not approved. Risk: {risk}.', DEADLINE],
  },
  drifted: { title: 'Automatic approvals stopped: {action}', lines: ['People disagree with what passes by itself.', '{notice}'] },
  bypassed: { title: 'Break-glass was used: {action}', lines: ['A request was let through in an emergency.', '{notice}'] },
  undelivered: { title: 'Answers do not arrive: {action}', lines: ['{notice}'] },
  channelFaulted: { title: 'A channel does not work: {action}', lines: ['{notice}'] },
  addressLost: { title: 'You are no longer reached by {action}', lines: ['{notice}'] },
  decided: { title: '{outcome}: {action}', lines: ['Nothing is left to decide here.'] },
  digest: {
    title: '{count} requests wait for you',
    lines: ['Too many came at once to tell each by itself.', 'The first ends {timeLeft}. Look and decide in the console.'],
  },
  verify: {
    title: 'Your code: {notice}',
    lines: ['Enter {notice} in the console to be told of requests here. If you did not ask for it, do nothing.'],
  },
  confirm: {
    title: 'Confirm this address for {organization}',
    lines: ['Open the link and confirm that you want to be told of requests here. If you did not ask for it, do nothing.'],
  },
  invitation: {
    title: 'You are invited to {organization}',
    lines: [
      '{notice} invites you to decide what agents may do at {organization}.',
      'The link works once, until {deadline}. If you do not know why you got it, do nothing.',
    ],
  },
  passwordReset: {
    title: 'A new password for {organization}',
    lines: [
      'Somebody asked for a new password for this address. The link sets one, once, until {deadline}; your second factor stays.',
      'If it was not you, do nothing: nothing was changed.',
    ],
  },
  emailChange: {
    title: 'Confirm your new address for {organization}',
    lines: [
      '{operator} wants to sign in to {organization} with this address. Open the link and confirm it, once, until {deadline}.',
      'If it was not you, do nothing: nothing was changed.',
    ],
  },
  emailChanged: {
    title: 'You sign in to {organization} with another address now',
    lines: [
      'The address of your account was changed: this one no longer signs in, and no alert comes here any more.',
      'If it was not you, tell an administrator at once.',
    ],
  },
  test: { title: 'A test from {organization}', lines: ['This channel works. Nothing waits for you because of this message.'] },
};

const VARIABLE = /\{([a-zA-Z]+)\}/g;

/** Names in a template that stand for nothing: those are shown to whoever writes it. */
export const unknownVariables = ({ title, lines }: MessageTemplate): string[] => {
  const known = new Set<string>(TEMPLATE_VARIABLES);
  const used = [title, ...lines].flatMap(text => [...text.matchAll(VARIABLE)].map(([, name]) => name ?? ''));
  return [...new Set(used.filter(name => !known.has(name)))];
};

/** Kinds whose words must say until when: an alert without its deadline is worse than none. */
const TIMED = new Set<MessageKind>(['request', 'escalation', 'assigned']);
/** @returns in words what is wrong with a template, or null */
export const templateFault = (kind: TemplateKind, template: MessageTemplate): string | null => {
  const unknown = unknownVariables(template);
  if (unknown.length > 0) return `{${unknown.join('}, {')}} stands for nothing; known: {${TEMPLATE_VARIABLES.join('}, {')}}`;
  const text = [template.title, ...template.lines].join(' ');
  return TIMED.has(kind) && !text.includes('{deadline}') && !text.includes('{timeLeft}')
    ? 'say until when it can be decided: {deadline} or {timeLeft}'
    : null;
};

/** Puts the values in; a value is never looked at for further variables. */
export const fillIn = (text: string, values: TemplateValues): string =>
  text.replace(VARIABLE, (whole, name: string) => (Object.hasOwn(values, name) ? values[name as TemplateVariable] : whole)).trim();
