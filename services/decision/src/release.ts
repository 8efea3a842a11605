import type { Verb } from './verbs.ts';

/** "Somebody else may have it." */
export const release: Verb = ({ by, channel, now }) => ({ type: 'Release', by, channel, now });
