import { everyObject, over, type Examiner } from '../examiner.fixture.ts';
import { workflowMessage } from './card.ts';

export const examiner: Examiner = {
  configs: [
    {
      mode: 'bot',
      appId: '11111111-2222-4333-8444-555555555555',
      appSecret: 'CANARY-secret',
      tenantId: '99999999-8888-4777-8666-555555555555',
    },
    { mode: 'workflow', url: 'https://prod-00.westeurope.logic.azure.com/workflows/CANARY' },
  ],
  addresses: ['99999999-8888-4777-8666-555555555555/0a1b2c3d-0000-4000-8000-00000000ada1'],
  forms: { 'a flow': workflowMessage },
  examine: rendered => {
    const objects = everyObject(rendered);
    const runs = objects.filter(({ type }) => type === 'TextRun').map(({ text }) => String(text));
    const actions = objects.filter(({ type }) => String(type).startsWith('Action.'));
    return {
      shown: [...runs, ...actions.map(({ title }) => String(title)), String((rendered as { summary?: string }).summary ?? '')],
      urls: actions.flatMap(({ url }) => (typeof url === 'string' ? [url] : [])),
      handles: [
        ...new Set(
          actions.flatMap(({ data }) => {
            const { handle } = (data ?? {}) as { handle?: string };
            return handle === undefined ? [] : [handle];
          }),
        ),
      ],
      // A TextRun knows no markup; a TextBlock would know Markdown and macros, `entities` make mentions.
      alive: objects.flatMap(object => [
        ...(object['type'] === 'TextBlock' || object['type'] === 'FactSet' || object['type'] === 'Image' ? [String(object['type'])] : []),
        ...('entities' in object || 'textFormat' in object || 'selectAction' in object ? ['entities, format or hidden action'] : []),
      ]),
      exceeded: over('bytes', Buffer.byteLength(JSON.stringify(rendered)), 25 * 1_024),
    };
  },
};
