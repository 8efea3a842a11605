import type { Json, JsonObject } from '@holdpoint/contracts';
import type { Proposal } from './facts.ts';
import { addressesTheGate, hasLookAlikes } from './hostile-text.ts';

/** What can be odd about the text of a request; the names are the ones in `flags`. */
export type TextFlag = 'deceptive' | 'mixedScript' | 'instructions';

/**
 * Characters that make text read differently from what it is: format characters (bidirectional overrides, zero width, tags), control
 * characters except tab and line breaks, private use, unassigned, and what shows nothing (fillers, variation selectors, empty braille).
 */
const DECEPTIVE = /[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800[\p{Cc}--[\t\n\r]]]/v;

/** Nothing but plain ASCII and line breaks: most text, told far faster than by the classes above. */
const PLAIN = /^[\t\n\r\u0020-\u007e]*$/;

/** Problems named for one request; more of them do not change the verdict. */
const PLACES_NAMED_MAX = 5;

type Found = { flags: Set<TextFlag>; problems: string[]; named: number };

/**
 * Looks through everything of a request that a person reads before deciding.
 * @param problems gets one sentence per odd place.
 * @returns what was found, `[]` when all is plain.
 */
export const flagsOf = ({ requested, action }: Proposal, problems: string[]): TextFlag[] => {
  const { contextSummary, proposedAction, entityId } = requested.private.arguments;
  const found: Found = { flags: new Set(), problems, named: 0 };
  search(contextSummary, 'contextSummary', found);
  search(proposedAction, 'proposedAction', found);
  search(entityId, 'entityId', found);
  search(action.name, 'tool', found);
  search(action.args as JsonObject, 'args', found);
  return [...found.flags];
};

const search = (value: Json, place: string, found: Found): void => {
  if (typeof value === 'string') {
    const odd = oddity(value);
    if (odd !== null) note(odd[0], `${place} ${odd[1]}`, found);
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const entry = value[index] as Json;
      if (typeof entry === 'string' || typeof entry === 'object') search(entry, `${place}[${index}]`, found);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const name in value) {
      const odd = oddity(name);
      if (odd !== null) {
        note(odd[0], `a member name in ${place} ${odd[1]}`, found);
        search(value[name] as Json, `a member of ${place}`, found);
        continue;
      }
      const member = value[name] as Json;
      if (typeof member === 'string' || typeof member === 'object') search(member, `${place}.${name}`, found);
    }
  }
};

const note = (flag: TextFlag, sentence: string, found: Found): void => {
  found.flags.add(flag);
  if (found.named === PLACES_NAMED_MAX) return;
  found.named += 1;
  found.problems.push(sentence);
};

/** What is odd about one text, and how that is said after the name of its place. The first oddity counts, the most misleading kind first. */
const oddity = (text: string): [TextFlag, string] | null => {
  if (!PLAIN.test(text)) {
    const character = DECEPTIVE.exec(text)?.[0];
    if (character !== undefined)
      return ['deceptive', `contains ${codePoint(character)}, which can make text read differently from what it is`];
    if (hasLookAlikes(text)) return ['mixedScript', 'has a word with look-alike letters of several scripts'];
  }
  return addressesTheGate(text) ? ['instructions', 'speaks to the reviewer or to the gate instead of describing the action'] : null;
};

const codePoint = (character: string): string => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const EVERY_DECEPTIVE = new RegExp(DECEPTIVE, 'gv');
/** Text for an explanation: without deceptive characters, on one line, cut. */
export const plainly = (text: string, charsMax: number): string => {
  const plain = text.replaceAll(EVERY_DECEPTIVE, '').replaceAll(/\s+/g, ' ');
  return plain.length <= charsMax ? plain : `${plain.slice(0, charsMax - 1)}…`;
};
