import { gatePolicy, type GatePolicy } from '@holdpoint/contracts';
import { isNode, isPair, isMap, isSeq, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';

/** Length of a policy file, UTF-16 units: two hundred rules with all their cases take a tenth. */
export const POLICY_CHARS_MAX = 1_000_000;

/** A place in a policy file; line and column count from 1. */
export type Place = { line: number; column: number };
export type Problem = Place & { message: string };
/** Names and indexes that lead to a value: `['rules', 0, 'when']`. */
export type Path = readonly (string | number)[];

export type ParsedPolicy =
  | {
      ok: true;
      document: GatePolicy;
      /** Where a value stands, or the nearest thing around it that stands in the file. */
      at(path: Path): Place;
    }
  | { ok: false; problems: Problem[] };

/**
 * Reads a policy file in YAML 1.2 or JSON (which is YAML). Duplicate keys, aliases, tags and unknown members are refused.
 * @returns the document with its defaults filled in, or every problem with its line and column.
 */
export const parsePolicy = (text: string): ParsedPolicy => {
  if (text.length > POLICY_CHARS_MAX)
    return { ok: false, problems: [{ line: 1, column: 1, message: `a policy file has at most ${POLICY_CHARS_MAX} characters` }] };
  const lines = new LineCounter();
  const file = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: 'core', prettyErrors: false, stringKeys: true });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const wrong = [...file.errors, ...file.warnings].map(({ message, pos }) => ({ ...place(pos[0]), message }));
  const shared = sharedPartIn(file);
  if (shared !== null)
    wrong.push({ ...place(shared), message: 'anchors and aliases are not available: write the value where it is meant' });
  if (wrong.length > 0) return { ok: false, problems: wrong };
  const at = (path: Path): Place => place(offsetOf(file, path));
  const parsed = gatePolicy.safeParse(file.toJS());
  if (parsed.success) return { ok: true, document: parsed.data, at };
  return {
    ok: false,
    problems: parsed.error.issues.flatMap(issue => {
      const path = issue.path.filter(name => typeof name !== 'symbol');
      const named = path.length === 0 ? '' : `${inWords(path)}: `;
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map(key => ({ ...at([...path, key]), message: `${named}there is no member "${key}"` }));
      return [{ ...at(path), message: `${named}${issue.message}` }];
    }),
  };
};

/** `rules[0].when`. */
export const inWords = (path: Path): string =>
  path.map((name, index) => (typeof name === 'number' ? `[${name}]` : index === 0 ? name : `.${name}`)).join('');

/** Where the value of a path begins; a member that is there but wrong is pointed at by its name. */
const offsetOf = (file: Document, path: Path): number => {
  let node: unknown = file.contents;
  let offset = startOf(node, 0);
  for (const [index, name] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === String(name));
      if (pair === undefined) return offset;
      offset = startOf(index === path.length - 1 ? pair.key : pair.value, startOf(pair.key, offset));
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = startOf(node, offset);
    } else return offset;
  }
  return offset;
};

const startOf = (node: unknown, otherwise: number): number => (isNode(node) ? ((node as Node).range?.[0] ?? otherwise) : otherwise);

const sharedPartIn = (file: Document): number | null => {
  const search = (node: unknown): number | null => {
    if (!isNode(node)) return null;
    if (!('items' in node)) return 'source' in node && !isScalar(node) ? startOf(node, 0) : anchored(node);
    if (anchored(node) !== null) return anchored(node);
    for (const item of node.items) {
      const found = isPair(item) ? (search(item.key) ?? search(item.value)) : search(item);
      if (found !== null) return found;
    }
    return null;
  };
  return search(file.contents);
};
const anchored = (node: Node): number | null => ('anchor' in node && typeof node.anchor === 'string' ? startOf(node, 0) : null);
