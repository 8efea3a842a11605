import { everyObject, over, type Examiner } from '../examiner.fixture.ts';
import { MESSAGE_BYTES_MAX, workflowMessage } from './card.ts';

const TENANT = '99999999-8888-4777-8666-555555555555';
/** Members that would make more of a card than text and our own actions: mentions, actions of whole elements, pictures, templates of others. */
const LIVELY = ['entities', 'selectAction', 'backgroundImage', 'refresh', 'authentication', 'url', 'verb', 'style'];

export const examiner: Examiner = {
  configs: [
    { mode: 'bot', appId: '11111111-2222-4333-8444-555555555555', appSecret: 'CANARY-secret', tenantId: TENANT },
    { mode: 'workflow', url: 'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=CANARY' },
  ],
  addresses: [`${TENANT}/0a1b2c3d-0000-4000-8000-00000000ada1`, 'Approvals of Finance'],
  forms: { 'what a flow is sent': workflowMessage },
  examine: rendered => {
    const objects = everyObject(rendered);
    const actions = objects.filter(({ type }) => String(type).startsWith('Action.'));
    return {
      shown: [
        ...objects.filter(({ type }) => type === 'TextRun').map(({ text }) => String(text)),
        ...actions.map(({ title }) => String(title)),
        ...objects.flatMap(({ summary }) => (typeof summary === 'string' ? [summary] : [])),
      ],
      urls: actions.flatMap(({ url }) => (typeof url === 'string' ? [url] : [])),
      handles: actions.flatMap(({ type, data }) => (type === 'Action.Execute' ? [(data as { handle: string }).handle] : [])),
      alive: [
        // The one element whose text is Markdown with macros.
        ...objects.filter(({ type }) => type === 'TextBlock').map(({ text }) => String(text)),
        ...objects
          .filter(({ type }) => type !== 'RichTextBlock' && type !== 'TextRun')
          .flatMap(one => LIVELY.filter(member => member in one)),
      ],
      exceeded: over('message', Buffer.byteLength(JSON.stringify(rendered)), MESSAGE_BYTES_MAX),
    };
  },
};
