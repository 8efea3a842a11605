/** Languages people choose from, BCP 47; the API takes others as well. */
const COMMON = 'ar bg cs da de de-AT de-CH el en en-GB es et fi fr hu it ja ko lt lv nl no pl pt pt-BR ro ru sk sl sv tr uk zh'.split(' ');

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** A language in words: `German`, `German (Austria)`; the tag itself where nobody knows it. */
export const languageName = (tag: string): string => {
  try {
    return NAMES.of(tag) ?? tag;
  } catch {
    return tag;
  }
};

/** Choices by name, with the one that is set among them. */
export const languageChoices = (set: string): { tag: string; name: string }[] =>
  [...new Set([...COMMON, set])].map(tag => ({ tag, name: languageName(tag) })).toSorted((a, b) => a.name.localeCompare(b.name));
