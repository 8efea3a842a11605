import { describe, expect, it } from 'vitest';
import { behindWords } from './behind-words.ts';

describe('the heading of the list behind a number', () => {
  it.each([
    ['asked', '', 'Requests'],
    ['slow', 'decide/90', 'Took 1.5 min or longer until a person decided'],
    ['slow', 'open/0', 'Known until when somebody opened it'],
    ['rule', 'refunds/default', 'Of the rule refunds/default'],
    ['rule', 'refunds/default/approved', 'Of the rule refunds/default: approved'],
    ['channel', 'email/', 'Alerts by email'],
    ['channel', 'email/failed/bounce', 'Alerts by email: failed, bounce'],
    ['endpoint', 'shop.example/exhausted', 'Answers to shop.example: exhausted'],
    ['undelivered', 'resume/impossible', 'Runs that cannot go on'],
    ['unfinished', 'gating', 'Open requests before the rules'],
    ['operator', 'opr_1', 'Decided by Ada'],
    ['unknown', '', 'Requests'],
  ])('of %s %s is “%s”', (behind, value, words) => expect(behindWords(behind, value, id => (id === 'opr_1' ? 'Ada' : id))).toBe(words));
});
