/** JSON whose form is not known yet. */
export type Json = { readonly [member: string]: unknown };
export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of an activity, bytes; what is larger is refused. */
const ACTIVITY_BYTES_MAX = 28_000;
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** Elements and actions of Adaptive Cards 1.4 that Teams shows, with the members they cannot be without. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  TextBlock: ['text'],
  RichTextBlock: ['inlines'],
  TextRun: ['text'],
  Container: ['items'],
  'Input.Text': ['id'],
  'Action.Execute': [],
  'Action.Submit': [],
  'Action.OpenUrl': ['url'],
  'Action.ShowCard': ['card'],
  AdaptiveCard: ['version'],
};

/** @returns the connector's code for what is wrong with an activity, or null */
export const activityFault = (activity: unknown, rawBody: Buffer): { status: number; code: string } | null => {
  if (rawBody.length > ACTIVITY_BYTES_MAX) return { status: 413, code: 'MessageSizeTooBig' };
  if (!isJson(activity) || activity['type'] !== 'message') return { status: 400, code: 'Bad Argument' };
  const attachments = activity['attachments'];
  if (attachments === undefined) return typeof activity['text'] === 'string' ? null : { status: 400, code: 'Bad Argument' };
  const sound =
    Array.isArray(attachments) && attachments.every(one => isJson(one) && one['contentType'] === CARD_TYPE && isElement(one['content']));
  return sound ? null : { status: 400, code: 'Bad Argument' };
};

const CHILDREN = ['body', 'actions', 'items', 'inlines', 'card', 'fallback'];

const isElement = (value: unknown): boolean => {
  if (!isJson(value)) return false;
  const needed = KNOWN[String(value['type'])];
  if (needed === undefined || needed.some(member => value[member] === undefined)) return false;
  const children = CHILDREN.flatMap(member => value[member] ?? []);
  return children.every(isElement);
};

/** What can be pressed in a card, those in cards that open within it included; `inputs` are what is to be filled in beside it. */
export type Pressable = { type: string; title: string; verb: string | undefined; data: Json; inputs: readonly Json[] };

export const pressablesOf = (activity: Json): Pressable[] => {
  const attachments = Array.isArray(activity['attachments']) ? (activity['attachments'] as Json[]) : [];
  return attachments.flatMap(({ content }) => inCard(content as Json));
};

const inCard = (card: Json): Pressable[] => {
  const inputs = ((card['body'] ?? []) as Json[]).filter(({ type }) => type === 'Input.Text');
  return ((card['actions'] ?? []) as Json[]).flatMap(action =>
    action['type'] === 'Action.ShowCard'
      ? inCard(action['card'] as Json)
      : action['type'] === 'Action.Execute' || action['type'] === 'Action.Submit'
        ? [
            {
              type: action['type'],
              title: String(action['title']),
              verb: action['verb'] as string | undefined,
              data: (action['data'] ?? {}) as Json,
              inputs,
            },
          ]
        : [],
  );
};
