/** Words by which somebody who writes nothing else asks not to be written to, or to be written to again. */
const OUT = new Set(['stop', 'stop all', 'unsubscribe']);
const IN = new Set(['start', 'unstop']);

/** @returns null for every other text: a sentence with such a word in it is no such request */
export const optWordOf = (text: string): 'optOut' | 'optIn' | null => {
  const word = text.trim().toLowerCase().replace(/[.!]$/, '');
  return OUT.has(word) ? 'optOut' : IN.has(word) ? 'optIn' : null;
};
