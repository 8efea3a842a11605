import { chatText } from '../../providers/meta/chat-text.ts';
import { plainMarks } from '../../providers/meta/plain-marks.ts';
import type { Message } from '../channel.ts';
import { CUT_NOTICE, fitFields, UNVERIFIED } from '../fit-fields.ts';
import { cutText } from '../plain-text.ts';
import type { CloudConfig } from './cloud-config.ts';

/** Reply buttons: body, buttons, title and id (Meta's page on reply buttons); a plain text. UTF-16 units. */
export const BODY_CHARS_MAX = 1_024;
export const TEXT_CHARS_MAX = 4_096;
export const BUTTONS_MAX = 3;
export const TITLE_CHARS_MAX = 20;

export type SessionForm =
  | { type: 'text'; text: { preview_url: false; body: string } }
  | {
      type: 'interactive';
      interactive: {
        type: 'button';
        body: { text: string };
        action: { buttons: { type: 'reply'; reply: { id: string; title: string } }[] };
      };
    };

/** The form inside 24 hours after the person wrote: buttons where there is something to press, else a text without previews. */
export const sessionForm = (message: Message): SessionForm =>
  message.actions.length === 0
    ? textForm(chatText(message, TEXT_CHARS_MAX))
    : buttonsForm(
        chatText(message, BODY_CHARS_MAX),
        message.actions.slice(0, BUTTONS_MAX).map(({ label, handle }) => ({ title: label, payload: handle })),
      );

export const textForm = (body: string): SessionForm => ({
  type: 'text',
  text: { preview_url: false, body: cutText(body, TEXT_CHARS_MAX) },
});

export const buttonsForm = (text: string, buttons: readonly { title: string; payload: string }[]): SessionForm => ({
  type: 'interactive',
  interactive: {
    type: 'button',
    body: { text: cutText(text, BODY_CHARS_MAX) },
    action: {
      buttons: buttons.map(({ title, payload }) => ({ type: 'reply', reply: { id: payload, title: cutText(title, TITLE_CHARS_MAX) } })),
    },
  },
});

type Parameter = { type: 'text'; text: string } | { type: 'payload'; payload: string };
type Component =
  { type: 'body'; parameters: Parameter[] } | { type: 'button'; sub_type: 'quick_reply' | 'url'; index: string; parameters: Parameter[] };
export type TemplateForm = { type: 'template'; template: { name: string; language: { code: string }; components: Component[] } };

type Templates = Pick<CloudConfig, 'requestTemplate' | 'requestButtons' | 'noticeTemplate' | 'codeTemplate' | 'templateLanguages'>;

/** The whole body may have 1 024 characters; ours leave this to what the approved text says around them. */
export const PARAMETERS_CHARS_MAX = 820;
const HEADLINE_CHARS_MAX = 160;
const LINK_CHARS_MAX = 256;
const CODE = /(?<!\d)\d{6}(?!\d)/;

/**
 * The form that may be sent at any time. A request whose actions are all those of the approved buttons has them; anything else comes as a
 * notice with the link, since the buttons of a template cannot be left out one by one.
 */
export const templateForm = (message: Message, templates: Templates): TemplateForm => {
  const code = message.kind === 'verify' ? CODE.exec(message.lines.join(' '))?.[0] : undefined;
  const form = (name: string, components: Component[]): TemplateForm => ({
    type: 'template',
    template: { name, language: { code: languageOf(message.language, templates.templateLanguages) }, components },
  });
  if (code !== undefined)
    return form(templates.codeTemplate, [
      { type: 'body', parameters: [{ type: 'text', text: code }] },
      // The copy button of an authentication template is addressed as a link.
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: code }] },
    ]);
  const handles = templates.requestButtons.map(verb => message.actions.find(action => action.verb === verb)?.handle);
  const body = bodyParameters(message);
  return handles.every(handle => handle !== undefined)
    ? form(templates.requestTemplate, [
        body,
        ...handles.map((payload, index): Component => ({
          type: 'button',
          sub_type: 'quick_reply',
          index: `${index}`,
          parameters: [{ type: 'payload', payload }],
        })),
      ])
    : form(templates.noticeTemplate, [body]);
};

/** `pt-BR` → `pt_BR`, its language alone, or the first there is. */
const languageOf = (language: string, approved: readonly string[]): string =>
  [language.replace('-', '_'), language.split('-')[0]!].find(code => approved.includes(code)) ?? approved[0]!;

/** {{1}} what it is about, {{2}} all the rest, {{3}} the link. Meta refuses line breaks, tabs and runs of spaces in them. */
const bodyParameters = ({ title, lines, fields, organization, link }: Message): Component => {
  const headline = cutText(flat(`${title}, ${organization}`), HEADLINE_CHARS_MAX);
  const url = link.url.length <= LINK_CHARS_MAX ? link.url : '-';
  const room = PARAMETERS_CHARS_MAX - headline.length - url.length;
  const ours = cutText(flat(lines.join(' ')), fields.length === 0 ? room : Math.floor((room * 2) / 3));
  return {
    type: 'body',
    // An empty parameter is refused too.
    parameters: [headline, `${ours}${agentsWords(fields, room - ours.length)}` || '-', url].map(text => ({ type: 'text', text })),
  };
};

const flat = (text: string): string => plainMarks(text.replace(/\s+/g, ' ').trim());

/** On one line only quotes tell where the agent's words end, so there are none of that kind within. */
const agentsWords = (fields: Message['fields'], charsMax: number): string => {
  if (fields.length === 0) return '';
  const intro = ` ${UNVERIFIED}`;
  const quoted = fields.map(field => ({ ...field, text: flat(field.text).replace(/[“”]/g, '"') }));
  const fitted = fitFields(quoted, charsMax - intro.length, ' : “”'.length);
  const block = `${intro}${fitted.map(({ label, text }) => ` ${label}: “${text}”`).join('')}`;
  return block.length <= charsMax ? block : ` ${CUT_NOTICE}`;
};
