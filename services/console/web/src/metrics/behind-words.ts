import { secondsWords } from './metrics-place.ts';

const WORDS: Readonly<Record<string, string>> = {
  asked: 'Requests',
  automatic: 'Decided by rules',
  people: 'Came before people',
  decided: 'Decided by people',
  inTime: 'Decided in time',
  expired: 'Expired before anybody decided',
  escalated: 'Escalated',
  exhausted: 'Nobody left to ask',
  unfinished: 'Open requests',
  verdict: 'The gate said',
  status: 'Ended as',
  rule: 'Of the rule',
  operator: 'Decided by',
  rejectedBy: 'Rejected by',
  unopenedBy: 'Decided without the context by',
  burstOf: 'Many at once by',
  channel: 'Alerts by',
  endpoint: 'Answers to',
};
const OF_PERSON = new Set(['operator', 'rejectedBy', 'unopenedBy', 'burstOf']);
const UNTIL: Readonly<Record<string, string>> = { reach: 'somebody was told', open: 'somebody opened it', decide: 'a person decided' };
const UNDELIVERED: Readonly<Record<string, string>> = {
  'callback/pending': 'Answers on their way',
  'callback/exhausted': 'Answers given up',
  'resume/pending': 'Runs to be resumed',
  'resume/impossible': 'Runs that cannot go on',
};

/**
 * What a list behind a number is a list of, as its heading says it.
 * @param behind which number, and `value` of what, as in the address
 * @param nameOf the name of a person
 */
export const behindWords = (behind: string, value: string, nameOf: (operatorId: string) => string): string => {
  const parts = value.split('/').filter(part => part !== '');
  if (behind === 'slow') {
    const [leg = '', seconds = ''] = parts;
    const until = UNTIL[leg] ?? leg;
    return Number(seconds) === 0 ? `Known until when ${until}` : `Took ${secondsWords(Number(seconds))} or longer until ${until}`;
  }
  if (behind === 'undelivered') return UNDELIVERED[value] ?? 'Not delivered';
  if (behind === 'unfinished' && value === 'gating') return 'Open requests before the rules';
  const words = WORDS[behind] ?? 'Requests';
  if (parts.length === 0) return words;
  if (OF_PERSON.has(behind)) return `${words} ${nameOf(value)}`;
  const [first = '', ...rest] = behind === 'rule' ? [parts.slice(0, 2).join('/'), ...parts.slice(2)] : parts;
  return `${words} ${first}${rest.length > 0 ? `: ${rest.join(', ')}` : ''}`;
};
