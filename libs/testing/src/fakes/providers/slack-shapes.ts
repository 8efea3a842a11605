export type SlackFakeText = { type: string; text: string; emoji?: boolean };
export type SlackFakeButton = {
  type: string;
  action_id?: string;
  text: SlackFakeText;
  value?: string;
  url?: string;
  style?: string;
  confirm?: Record<'title' | 'text' | 'confirm' | 'deny', SlackFakeText>;
};
export type SlackFakeBlock = { type: string; text?: SlackFakeText; elements?: (SlackFakeButton | SlackFakeText)[] };

const BLOCKS_MAX = 50;
const TEXT_CHARS_MAX = 3_000;
/** slackapi/bolt-js issue 2509: refused above about this, over all blocks. */
const ALL_CHARS_MAX = 13_100;

const holds = (text: SlackFakeText | undefined, charsMax: number, plainOnly = false): boolean =>
  text !== undefined &&
  (text.type === 'plain_text' || (!plainOnly && text.type === 'mrkdwn')) &&
  typeof text.text === 'string' &&
  text.text.length >= 1 &&
  text.text.length <= charsMax;

/** What Slack would refuse these blocks for; null when it takes them. */
export const checkBlocks = (blocks: SlackFakeBlock[]): 'invalid_blocks' | 'msg_blocks_too_long' | null => {
  if (blocks.length > BLOCKS_MAX || !blocks.every(isBlock)) return 'invalid_blocks';
  return JSON.stringify(blocks).length > ALL_CHARS_MAX ? 'msg_blocks_too_long' : null;
};

const isBlock = ({ type, text, elements = [] }: SlackFakeBlock): boolean => {
  switch (type) {
    case 'header':
      return holds(text, 150, true);
    case 'section':
      return holds(text, TEXT_CHARS_MAX);
    case 'context':
      return elements.length >= 1 && elements.length <= 10 && elements.every(element => holds(element as SlackFakeText, TEXT_CHARS_MAX));
    case 'actions': {
      const ids = elements.map(element => (element as SlackFakeButton).action_id);
      return elements.length >= 1 && elements.length <= 25 && new Set(ids).size === ids.length && elements.every(isButton);
    }
    default:
      return type === 'divider';
  }
};

const isButton = (element: SlackFakeButton | SlackFakeText): boolean => {
  const { type, text, value = '', url = 'https://x', action_id: id = 'x', style = 'primary', confirm } = element as SlackFakeButton;
  if (type !== 'button' || !holds(text, 75, true) || value.length > 2_000 || id.length > 255 || url.length > 3_000) return false;
  if (!URL.canParse(url) || !['primary', 'danger'].includes(style)) return false;
  return (
    confirm === undefined ||
    (holds(confirm.title, 100, true) && holds(confirm.text, 300) && holds(confirm.confirm, 30, true) && holds(confirm.deny, 30, true))
  );
};
