import { LIMITS } from '@holdpoint/contracts';
import type { ASTNode } from '@marcbachmann/cel-js';
import { WALKED_ITEMS_MAX } from './list-walks.ts';

/**
 * Cost of one expression and of all rules of a policy, in units of one step (about 20 ns), for the largest request there can be. The
 * library has no budget at run time, so what could take longer is refused before it is published: 4 ms for a rule, 20 ms for a policy.
 */
export const RULE_COST_MAX = 200_000;
export const POLICY_COST_MAX = 1_000_000;

/** How large a value can be: entries when it is walked, characters in all of it. `asked`: its lists come from the request. */
type Size = { items: number; chars: number; asked: boolean };
type Estimate = { cost: number; size: Size; walks: boolean };

const SMALL: Size = { items: 0, chars: 0, asked: false };
const text = (chars: number): Size => ({ items: 0, chars, asked: false });
/** Bounds of the facts, from the limits of the request body. Numbers are small; `args` may be the whole body. */
const FACT_SIZES: Readonly<Record<string, Size>> = {
  tool: text(LIMITS.toolNameCharsMax),
  args: { items: WALKED_ITEMS_MAX, chars: LIMITS.requestBytesMax, asked: true },
  agent: text(128),
  principal: text(LIMITS.agentIdCharsMax),
  entity: text(LIMITS.agentIdCharsMax),
  labels: { items: LIMITS.labelsMax, chars: LIMITS.labelsMax * 256, asked: false },
};

/** Characters a step looks through or copies; fewer where each is taken apart. */
const CHARS_PER_STEP = 64;
const CHARS_TAKEN_APART_PER_STEP = 16;
/** Wall-clock getters of a timestamp in a zone go through `Intl`. */
const ZONE_STEPS = 2_000;

/**
 * Bounds what an expression can cost.
 * @returns steps for the largest request, and whether it walks lists of the request; or why it cannot be used.
 * @throws TypeError for an expression that cannot be bounded; the message is for whoever wrote the rule
 */
export const costOf = (ast: ASTNode): { steps: number; walks: boolean } | { problem: string } => {
  const { cost, walks } = estimate(ast, new Map());
  const steps = Math.ceil(cost);
  return steps <= RULE_COST_MAX
    ? { steps, walks }
    : { problem: `it could take ${steps} steps for the largest request, more than ${RULE_COST_MAX}` };
};

type Variables = ReadonlyMap<string, Size>;

const estimate = (node: ASTNode, variables: Variables): Estimate => {
  switch (node.op) {
    case 'value':
      return { cost: 1, size: typeof node.args === 'string' ? text(node.args.length) : SMALL, walks: false };
    case 'id':
      return { cost: 1, size: variables.get(node.args) ?? FACT_SIZES[node.args] ?? SMALL, walks: false };
    case '.':
    case '.?':
      return sized(all([node.args[0]], variables), size => size);
    case '[]':
    case '[?]':
      return sized(all([node.args[0], node.args[1]], variables), size => size);
    case 'list':
      return listed(node.args, all(node.args, variables));
    case 'map':
      return listed(node.args, all(node.args.flat(), variables));
    case '?:':
      return {
        ...joined(all(node.args, variables)),
        size: all(node.args.slice(1), variables)
          .map(({ size }) => size)
          .reduce(larger),
      };
    case '!_':
    case '-_':
      return joined([estimate(node.args, variables)]);
    case 'call':
      return called(node.args[0], all(node.args[1], variables));
    case 'rcall':
      return WALKS.has(node.args[0])
        ? walked(node.args[0], estimate(node.args[1], variables), node.args[2], variables)
        : called(node.args[0], all([node.args[1], ...node.args[2]], variables));
    default:
      return binary(node.op, estimate(node.args[0], variables), estimate(node.args[1], variables));
  }
};

const all = (nodes: readonly ASTNode[], variables: Variables): Estimate[] => nodes.map(node => estimate(node, variables));

const joined = (parts: readonly Estimate[], more = 1): Estimate => ({
  cost: parts.reduce((sum, { cost }) => sum + cost, more),
  size: SMALL,
  walks: parts.some(({ walks }) => walks),
});

const sized = (parts: readonly Estimate[], sizeFrom: (size: Size) => Size, more = 1): Estimate => ({
  ...joined(parts, more),
  size: sizeFrom(parts[0]?.size ?? SMALL),
});

const larger = (a: Size, b: Size): Size => ({
  items: Math.max(a.items, b.items),
  chars: Math.max(a.chars, b.chars),
  asked: a.asked || b.asked,
});

const together = (a: Size, b: Size): Size => ({ items: a.items + b.items, chars: a.chars + b.chars, asked: a.asked || b.asked });

const listed = (entries: readonly unknown[], parts: readonly Estimate[]): Estimate => ({
  ...joined(parts),
  size: { ...parts.map(({ size }) => size).reduce(together, SMALL), items: entries.length, asked: false },
});

const binary = (op: string, left: Estimate, right: Estimate): Estimate => {
  const [l, r] = [left.size, right.size];
  if (op === '+') {
    const size = together(l, r);
    return { ...joined([left, right], 1 + size.items + size.chars / CHARS_PER_STEP), size };
  }
  if (op === 'in') return { ...joined([left, right], 1 + r.items + r.chars / CHARS_PER_STEP), walks: left.walks || right.walks || r.asked };
  return joined([left, right], 1 + Math.min(l.items, r.items) + Math.min(l.chars, r.chars) / CHARS_PER_STEP);
};

/** Macros that walk a list. */
export const WALKS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** A walk takes its body once for each entry. The entries of a list share its characters. */
const walked = (name: string, list: Estimate, args: readonly ASTNode[], variables: Variables): Estimate => {
  const [variable, ...bodies] = args;
  if (variable?.op !== 'id') throw new TypeError(`${name}() needs the name of a variable first`);
  const { items, chars, asked } = list.size;
  const entry: Size = { items, chars: Math.ceil(chars / Math.max(1, items)), asked };
  const body = joined(all(bodies, new Map([...variables, [variable.args, entry]])));
  const last = estimate(bodies.at(-1) ?? variable, new Map([...variables, [variable.args, entry]])).size;
  const sizes: Record<string, Size> = { filter: list.size, map: { items, chars: items * last.chars, asked } };
  return { cost: list.cost + items * body.cost + 1, size: sizes[name] ?? SMALL, walks: list.walks || body.walks || asked };
};

type Rule = (receiver: Size, argument: Size) => { steps: number; size: Size };
const search: Rule = (within, wanted) => ({
  steps: (within.chars / CHARS_PER_STEP) * (1 + wanted.chars / CHARS_TAKEN_APART_PER_STEP),
  size: SMALL,
});
const copy: Rule = size => ({ steps: size.chars / CHARS_PER_STEP, size });
const read: Rule = size => ({ steps: 5 + size.chars / CHARS_TAKEN_APART_PER_STEP, size: text(Math.min(size.chars, 64)) });
const prefix: Rule = (_, wanted) => ({ steps: wanted.chars / CHARS_PER_STEP, size: SMALL });
const inZone: Rule = (_, zone) => ({ steps: zone.chars > 0 ? ZONE_STEPS : 1, size: SMALL });
const one: Rule = size => ({ steps: 1, size });

/** The functions a rule may call, and what each costs. `matches` is not among them: backtracking over the agent's text can take for ever. */
const FUNCTIONS: Readonly<Record<string, Rule>> = {
  has: one,
  dyn: one,
  type: one,
  size: size => ({ steps: size.items + size.chars / CHARS_TAKEN_APART_PER_STEP, size: SMALL }),
  contains: search,
  indexOf: search,
  lastIndexOf: search,
  startsWith: prefix,
  endsWith: prefix,
  lowerAscii: copy,
  upperAscii: copy,
  trim: copy,
  substring: copy,
  string: size => ({ steps: 5 + size.chars / CHARS_PER_STEP, size: text(Math.max(size.chars, 32)) }),
  int: read,
  uint: read,
  double: read,
  bool: read,
  timestamp: read,
  duration: read,
  split: size => ({ steps: size.chars / CHARS_TAKEN_APART_PER_STEP, size: { items: size.chars, chars: size.chars, asked: false } }),
  join: (size, between) => {
    const chars = size.chars + size.items * between.chars;
    return { steps: size.items + chars / CHARS_PER_STEP, size: text(chars) };
  },
  ...Object.fromEntries(
    ['Date', 'DayOfMonth', 'DayOfWeek', 'DayOfYear', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'].map(part => [
      `get${part}`,
      inZone,
    ]),
  ),
};

const called = (name: string, parts: readonly Estimate[]): Estimate => {
  const rule = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (rule === undefined)
    throw new TypeError(`${name}() is not available${name === 'matches' ? ': use startsWith, endsWith, contains or ==' : ''}`);
  const { steps, size } = rule(parts[0]?.size ?? SMALL, parts[1]?.size ?? SMALL);
  return { ...joined(parts, 1 + steps), size };
};
