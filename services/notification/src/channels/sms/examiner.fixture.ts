import { over, type Examiner } from '../examiner.fixture.ts';
import { replyCommandOf } from '../reply-command.ts';
import { segmentsOf } from './gsm7.ts';
import type { Text } from './render.ts';

/** Words that carriers act on by themselves. */
const KEYWORDS = /^\s*(stop|stopall|unsubscribe|cancel|end|quit|start|yes|unstop|help|info)\b/i;

export const examiner: Examiner = {
  configs: [{ accountSid: `AC${'0a'.repeat(16)}`, authToken: 'CANARY-0123456789abcdef012345678', from: '+14155550100' }],
  addresses: ['+4915112345678', '+14155550100'],
  examine: rendered => {
    const { body, segments } = rendered as Text;
    const lines = body.split('\n');
    return {
      shown: [body],
      urls: [],
      handles: [],
      alive: lines.filter(line => KEYWORDS.test(line) || replyCommandOf(line).kind !== 'none'),
      exceeded: [...over('segments', segmentsOf(body), 3), ...(segmentsOf(body) === segments ? [] : ['miscounted'])],
    };
  },
};
