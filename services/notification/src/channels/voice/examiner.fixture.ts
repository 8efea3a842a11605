import { over, type Examiner } from '../examiner.fixture.ts';
import { readDialogue } from './dialogue.ts';

const unescape = (xml: string): string =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');

export const examiner: Examiner = {
  configs: [{ accountSid: `AC${'0a'.repeat(16)}`, authToken: 'CANARY-0123456789abcdef012345678', from: '+14155550100' }],
  addresses: ['+4915112345678', '+14155550100'],
  examine: rendered => {
    const { twiml } = rendered as { twiml: string };
    const tags = twiml.match(/<[^>]*>/g) ?? [];
    const state = /action="[^"]*[?;&]v=([\w-]+)/.exec(twiml)?.[1];
    const dialogue = state === undefined ? null : readDialogue(state);
    return {
      shown: twiml.split(/<[^>]*>/).map(unescape),
      urls: [],
      handles: [dialogue?.approve, dialogue?.reject, dialogue?.claim].filter(handle => typeof handle === 'string'),
      alive: tags.map(tag => tag.replace(/action="[^"]*"/, 'action')),
      // Inline TwiML: 4 000 characters.
      exceeded: over('twiml', twiml.length, 4_000),
    };
  },
};
