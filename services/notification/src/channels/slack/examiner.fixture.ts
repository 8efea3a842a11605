import { everyObject, over, type Examiner } from '../examiner.fixture.ts';
import type { SlackButton, SlackMessage } from './render.ts';

export const examiner: Examiner = {
  configs: [{ botToken: 'xoxb-123456789012-CANARYabcdef', signingSecret: 'CANARY0123456789abcdef0123456789', appId: 'A0123APP' }],
  addresses: ['T0123TEAM/U0123ADA', 'E0123ORG/W0123ADA'],
  examine: rendered => {
    const { text, blocks } = rendered as SlackMessage;
    const objects = everyObject(blocks);
    const texts = objects.filter(({ type }) => type === 'plain_text').map(object => String(object['text']));
    const buttons = objects.filter(({ type }) => type === 'button') as SlackButton[];
    return {
      // In what is for notifications, Slack's three escapes are undone before it is shown.
      shown: [...texts, text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')],
      urls: buttons.flatMap(({ url }) => (url === undefined ? [] : [url])),
      handles: buttons.flatMap(({ value }) => (value === undefined ? [] : [value])),
      alive: [
        ...objects.filter(({ type, emoji }) => type === 'mrkdwn' || type === 'rich_text' || emoji === true).map(({ type }) => String(type)),
        // Control sequences of mrkdwn, in the one text that is read so.
        ...(text.match(/<[^>]*>?/g) ?? []),
      ],
      exceeded: [
        ...over('blocks', blocks.length, 50),
        ...over('all blocks', JSON.stringify(blocks).length, 13_000),
        ...blocks.flatMap(block =>
          'text' in block ? over(block.type, block.text.text.length, block.type === 'header' ? 150 : 3_000) : [],
        ),
        ...buttons.flatMap(({ text: label, value = '', url = '', confirm }) => [
          ...over('button', label.text.length, 75),
          ...over('value', value.length, 2_000),
          ...over('url', url.length, 3_000),
          ...over('confirm title', confirm?.title.text.length ?? 0, 100),
          ...over('confirm text', confirm?.text.text.length ?? 0, 300),
          ...over('confirm button', confirm?.confirm.text.length ?? 0, 30),
        ]),
        ...(texts.includes('') ? ['an empty text'] : []),
      ],
    };
  },
};
