import type { Json } from '@holdpoint/contracts';
import { pointerTo } from './json-pointer.ts';

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
export const jsonTypeOf = (value: Json): JsonType =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : (typeof value as Exclude<JsonType, 'null' | 'array'>);

/** One line of a value laid out as a table: a member with its type, or a place where the rest is folded away. */
export type TreeRow =
  | { kind: 'value'; pointer: string; depth: number; key: string; type: JsonType; text: string; isString: boolean }
  | { kind: 'fold'; pointer: string; depth: number; hidden: string };

/** Longer strings start folded, characters: about ten lines of the page. */
const STRING_CHARS_SHOWN = 1_200;
const STRING_LINES_SHOWN = 24;
/** Wider objects and arrays start folded, members. */
const MEMBERS_SHOWN = 50;
const number = new Intl.NumberFormat('en');

const isLong = (text: string) => text.length > STRING_CHARS_SHOWN || text.split('\n', STRING_LINES_SHOWN + 1).length > STRING_LINES_SHOWN;
const headOf = (text: string) => {
  const head = text.split('\n', STRING_LINES_SHOWN).join('\n').slice(0, STRING_CHARS_SHOWN);
  // Never cut a surrogate pair: half a character would be shown as a broken one.
  return /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
};

const scalarText = (value: string | number | boolean | null) => (typeof value === 'string' ? value : JSON.stringify(value));
const membersOf = (value: Json[] | Record<string, Json>): [string, Json][] =>
  Array.isArray(value) ? value.map((item, index) => [String(index), item]) : Object.entries(value);
const sizeText = (value: Json[] | Record<string, Json>, size: number, which = '') => {
  const word = Array.isArray(value) ? 'item' : 'member';
  return `${number.format(size)} ${which}${word}${size === 1 ? '' : 's'}`;
};

/**
 * Lays a JSON value out as rows, typed and in its own order. Nothing is left out without a fold row that counts it.
 * @param value the value
 * @param opened pointers whose folds a person has opened, or `all`
 * @returns rows for display; `folds` are the pointers still folded: while there is one, a part of the value has not been shown
 */
export const treeRows = (value: Json, opened: ReadonlySet<string> | 'all'): { rows: TreeRow[]; folds: string[] } => {
  const rows: TreeRow[] = [];
  const folds: string[] = [];
  const isOpen = (pointer: string) => opened === 'all' || opened.has(pointer);
  const fold = (pointer: string, depth: number, hidden: string) => {
    folds.push(pointer);
    rows.push({ kind: 'fold', pointer, depth, hidden });
  };
  const addMembers = (container: Json[] | Record<string, Json>, pointer: string, depth: number) => {
    const members = membersOf(container);
    const shown = isOpen(pointer) ? members : members.slice(0, MEMBERS_SHOWN);
    for (const [key, member] of shown) add(key, member, pointerTo(pointer, key), depth);
    if (shown.length < members.length) fold(pointer, depth, sizeText(container, members.length - shown.length, 'more '));
  };
  const add = (key: string, item: Json, pointer: string, depth: number) => {
    const row = { kind: 'value' as const, pointer, depth, key, type: jsonTypeOf(item), isString: typeof item === 'string' };
    if (typeof item === 'object' && item !== null) {
      rows.push({ ...row, text: sizeText(item, Object.keys(item).length) });
      addMembers(item, pointer, depth + 1);
      return;
    }
    const text = scalarText(item);
    if (row.isString && isLong(text) && !isOpen(pointer)) {
      const head = headOf(text);
      rows.push({ ...row, text: head });
      fold(pointer, depth, `${number.format(text.length - head.length)} more of ${number.format(text.length)} characters`);
    } else rows.push({ ...row, text });
  };
  if (typeof value === 'object' && value !== null) addMembers(value, '', 0);
  else add('', value, '', 0);
  return { rows, folds };
};
