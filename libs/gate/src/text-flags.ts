import type { Json } from '@holdpoint/contracts';

/**
 * Characters that make text read differently from what it is: format characters (bidirectional overrides, zero width, tags), control
 * characters except tab and line breaks, private use, unassigned, and what shows nothing (fillers, variation selectors, empty braille).
 */
const DECEPTIVE = /[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800[\p{Cc}--[\t\n\r]]]/v;

/** Nothing but plain ASCII and line breaks: most text, told far faster than by the classes above. */
const PLAIN = /^[\t\n\r\u0020-\u007e]*$/;

/** Problems named for one request; more of them do not change the verdict. */
const PLACES_NAMED_MAX = 5;

/**
 * Finds text that may deceive whoever reads it.
 * @param places what to look through, by name; values are searched to their leaves, keys included.
 * @returns one sentence per place, `[]` when all is plain.
 */
export const deceptionsIn = (places: Readonly<Record<string, Json>>): string[] => {
  const found: string[] = [];
  for (const [name, value] of Object.entries(places)) search(value, name, found);
  return found;
};

const search = (value: Json, place: string, found: string[]): void => {
  if (found.length >= PLACES_NAMED_MAX) return;
  if (typeof value === 'string') {
    const character = deceptiveCharacterIn(value);
    if (character !== null) found.push(`${place} contains ${character}, which can make text read differently from what it is`);
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) search(value[index] as Json, `${place}[${index}]`, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const name in value) {
      const character = deceptiveCharacterIn(name);
      if (character === null) search(value[name] as Json, `${place}.${name}`, found);
      else found.push(`a member name in ${place} contains ${character}, which can make text read differently from what it is`);
    }
  }
};

const deceptiveCharacterIn = (text: string): string | null => {
  if (PLAIN.test(text)) return null;
  const match = DECEPTIVE.exec(text);
  if (match === null) return null;
  return `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
};

/** Text for an explanation: without deceptive characters, on one line, cut. */
export const plainly = (text: string, charsMax: number): string => {
  const plain = text.replaceAll(new RegExp(DECEPTIVE, 'gv'), '').replaceAll(/\s+/g, ' ');
  return plain.length <= charsMax ? plain : `${plain.slice(0, charsMax - 1)}…`;
};
