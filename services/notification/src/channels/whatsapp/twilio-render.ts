import { chatText } from '../../providers/meta/chat-text.ts';
import { withoutReason } from '../../providers/meta/reasons.ts';
import type { Message } from '../channel.ts';
import { templateForm } from './cloud-render.ts';
import type { TwilioConfig } from './twilio-config.ts';

/** What Twilio's Messages resource takes as `Body`, UTF-16 units. */
const BODY_CHARS_MAX = 1_600;

export type TwilioForm = { body: string } | { contentSid: string; contentVariables: string };
type Templates = Pick<TwilioConfig, 'requestContentSid' | 'requestButtons' | 'noticeContentSid' | 'codeContentSid' | 'reasonsContentSid'>;

/**
 * A message as Twilio takes it: a template, which may be sent at any time, or words where the person wrote within 24 hours and there is nothing to
 * press. The values are those of Meta's own templates, numbered through: {{1}} what about, {{2}} the rest, {{3}} the link, then the buttons' ids.
 */
export const twilioForm = (message: Message, config: Templates, windowOpen: boolean): TwilioForm => {
  if (windowOpen && message.actions.length === 0 && message.kind !== 'verify') return { body: chatText(message, BODY_CHARS_MAX) };
  const { template } = templateForm(withReasons(message, config), {
    requestTemplate: config.requestContentSid,
    requestButtons: config.requestButtons,
    noticeTemplate: config.noticeContentSid,
    codeTemplate: config.codeContentSid,
    templateLanguages: ['en'],
  });
  // The copy button of an authentication template takes its code from the body here.
  const components = template.name === config.codeContentSid ? template.components.slice(0, 1) : template.components;
  const values = components.flatMap(({ parameters }) =>
    parameters.map(parameter => (parameter.type === 'text' ? parameter.text : parameter.payload)),
  );
  return { contentSid: template.name, contentVariables: variablesOf(values) };
};

/** `{"1": …, "2": …}`, as Twilio numbers the values of a template. */
export const variablesOf = (values: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(values.map((value, index) => [String(index + 1), value])));

/** Where no reason can be asked for, the button says so itself: it is never asked again. */
const withReasons = (message: Message, { reasonsContentSid }: Templates): Message =>
  reasonsContentSid !== undefined
    ? message
    : {
        ...message,
        actions: message.actions.map(action => (action.verb === 'reject' ? { ...action, handle: withoutReason(action.handle) } : action)),
      };
