import { replyNoteCharsMax } from '@holdpoint/contracts';
import type { Message, MessageAction } from '../channel.ts';
import { fitFields, UNVERIFIED, type FittedField } from '../fit-fields.ts';

/** An Adaptive Card or a part of it, as JSON. */
export type CardJson = { readonly [member: string]: unknown };

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';
/** Sources differ between 28 and 100 KB for a message; below all of them, bytes. */
export const MESSAGE_BYTES_MAX = 25_000;
/** Of the agent's texts together, UTF-16 units; less where the card would be too large. */
const FIELDS_CHARS_MAX = 3_200;

/**
 * Text that stays text: a TextRun knows no Markdown, no date macros and, without `msteams.entities`, no mentions. One block per line, since a
 * TextRun does not promise to break lines.
 */
const lines = (text: string, look: CardJson = {}, block: CardJson = {}): CardJson[] =>
  text.split('\n').map((line, index) => ({
    type: 'RichTextBlock',
    ...(index === 0 ? {} : { spacing: 'None' }),
    ...block,
    inlines: [{ type: 'TextRun', text: line === '' ? ' ' : line, ...look }],
  }));

const oneLineOf = (text: string): string => text.replace(/\s+/g, ' ');

const agentsWords = (fields: readonly FittedField[]): CardJson[] =>
  fields.length === 0
    ? []
    : [
        ...lines(UNVERIFIED, { isSubtle: true }),
        {
          type: 'Container',
          style: 'emphasis',
          items: fields.flatMap(({ label, text }) => [
            ...lines(label, { weight: 'Bolder', size: 'Small' }),
            ...lines(text, {}, { spacing: 'None' }),
          ]),
        },
      ];

const card = (body: readonly CardJson[], actions: readonly CardJson[]): CardJson => ({
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  type: 'AdaptiveCard',
  version: '1.4',
  body,
  ...(actions.length === 0 ? {} : { actions }),
  msteams: { width: 'Full' },
});

/** What Teams is told at once, with `Action.Submit` for clients that do not know it: the same data, sent as a message. */
const execute = ({ verb, handle }: Pick<MessageAction, 'verb' | 'handle'>, title: string, style: CardJson = {}): CardJson => ({
  type: 'Action.Execute',
  title,
  verb,
  ...style,
  data: { handle },
  fallback: { type: 'Action.Submit', title, ...style, data: { handle } },
});

const noteInput = (): CardJson => ({
  type: 'Input.Text',
  id: 'note',
  label: 'Why?',
  isMultiline: true,
  isRequired: true,
  errorMessage: 'Say why.',
  maxLength: replyNoteCharsMax,
});

/** Rejecting opens a field for the reason within the card, so that the press brings it along. */
const pressable = (action: MessageAction): CardJson => {
  if (action.verb !== 'reject') return execute(action, action.label, action.verb === 'approve' ? { style: 'positive' } : {});
  const inner = {
    type: 'AdaptiveCard',
    version: '1.4',
    body: [noteInput()],
    actions: [execute(action, action.label, { style: 'destructive' })],
  };
  return { type: 'Action.ShowCard', title: `${action.label}…`, card: inner };
};

const open = ({ label, url }: Message['link']): CardJson => ({ type: 'Action.OpenUrl', title: label, url });

const footerOf = ({ approvalId, organization, riskLevel }: Message): string =>
  approvalId === null ? organization : `Request ${approvalId}, ${riskLevel} risk, ${organization}`;

/** The message as a card. @param actions as the kind of message has them @param remark what came of a press, on top */
const cardOf = (message: Message, actions: readonly CardJson[], charsMax: number, remark = ''): CardJson =>
  card(
    [
      ...(remark === '' ? [] : lines(remark, { weight: 'Bolder' })),
      ...lines(oneLineOf(message.title), { weight: 'Bolder', size: 'Medium' }),
      ...message.lines.flatMap(line => lines(line)),
      ...agentsWords(fitFields(message.fields, charsMax)),
      ...lines(footerOf(message), { isSubtle: true, size: 'Small' }),
    ],
    actions,
  );

const bytesOf = (json: unknown): number => Buffer.byteLength(JSON.stringify(json));

/** Gives the agent's words less room until the whole is small enough: lines of one character each cost most. */
const fitted = (build: (charsMax: number) => CardJson): CardJson => {
  let charsMax = FIELDS_CHARS_MAX;
  let built = build(charsMax);
  while (bytesOf(built) > MESSAGE_BYTES_MAX && charsMax > 0) {
    charsMax = Math.floor(charsMax / 2);
    built = build(charsMax);
  }
  return built;
};

const attachment = (content: CardJson): CardJson => ({ contentType: CARD_TYPE, content });

/** An activity of a bot: what is pressed comes back. `summary` is what a notification shows. */
export const botActivity = (message: Message): CardJson =>
  fitted(charsMax => ({
    type: 'message',
    summary: oneLineOf(message.title),
    attachments: [attachment(cardOf(message, [...message.actions.map(pressable), open(message.link)], charsMax))],
  }));

/**
 * What a flow is sent. Everybody in its channel reads it, so there is one link, to the console, where a person signs in; no action page, whose
 * address alone may decide.
 */
export const workflowMessage = (message: Message): CardJson =>
  fitted(charsMax => ({
    type: 'message',
    attachments: [{ ...attachment(cardOf(message, [open(message.link)], charsMax)), contentUrl: null }],
  }));

/** The card in place of the one that was pressed: what came of it, and nothing to press. */
export const settledCard = (message: Message, remark: string): CardJson =>
  fitted(charsMax => cardOf(message, [open(message.link)], charsMax, remark));

/** The question for the reason of a rejection. The handle rides in it. */
export const noteCard = (question: string, handle: string): CardJson =>
  card([...lines(question, { weight: 'Bolder' }), noteInput()], [execute({ verb: 'reject', handle }, 'Reject', { style: 'destructive' })]);
