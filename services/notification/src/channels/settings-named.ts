/** Words behind `check`, up to the end of the sentence. */
const TO_CHECK = /\bcheck\b([^.;(]*)/g;
const QUOTED = /"(\w+)"/g;

/**
 * The members of a channel's settings that a refusal of its provider names, so that a form can show it where they are written. Classifiers name a
 * member by its own name: behind the word `check` (`…; check appId and appSecret`) or in quotes (`The number in "from" …`); elsewhere a word such
 * as `from` is only a word.
 * @param members of the settings that were tried
 * @returns in the order of the settings; empty where the refusal is about something else
 */
export const settingsNamed = (refusal: string, members: readonly string[]): string[] => {
  const checked = [...refusal.matchAll(TO_CHECK)].flatMap(([, words = '']) => words.match(/\w+/g) ?? []);
  const quoted = [...refusal.matchAll(QUOTED)].map(([, word = '']) => word);
  const named = new Set([...checked, ...quoted]);
  return members.filter(member => named.has(member));
};
