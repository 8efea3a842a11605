import type { InboxItem } from '@holdpoint/contracts';

/** So many of a kind are shown as one line. */
export const ALIKE_MIN = 3;

/** A line of the list: a request, or several that differ only in numbers and names of things. */
export type Line =
  { kind: 'item'; key: string; item: InboxItem; within: boolean } | { kind: 'alike'; key: string; items: InboxItem[]; open: boolean };

/** Anything with a digit in it: order numbers, amounts, dates. */
const PARTICULAR = /\S*\d\S*/g;

/** What two requests share that ask for the same thing of different things: agent, tool, risk, and the words of the proposal. */
export const likenessOf = ({ agentId, toolName, riskLevel, proposedAction, phase, mayDecide }: InboxItem): string =>
  JSON.stringify([agentId, toolName, riskLevel, phase, mayDecide, proposedAction.replaceAll(PARTICULAR, '#').toLowerCase().trim()]);

/**
 * The list as lines: where {@link ALIKE_MIN} or more are alike, they stand together at the place of their first, folded unless opened.
 * @param opened keys of the groups that are open
 */
export const linesOf = (items: readonly InboxItem[], opened: ReadonlySet<string>): Line[] => {
  const kinds = Map.groupBy(items, likenessOf);
  const done = new Set<string>();
  return items.flatMap((item): Line[] => {
    const kind = likenessOf(item);
    const alike = kinds.get(kind) ?? [];
    if (alike.length < ALIKE_MIN) return [{ kind: 'item', key: item.id, item, within: false }];
    if (done.has(kind)) return [];
    done.add(kind);
    const key = `alike ${kind}`;
    const open = opened.has(key);
    const within = open ? alike.map((one): Line => ({ kind: 'item', key: one.id, item: one, within: true })) : [];
    return [{ kind: 'alike', key, items: alike, open }, ...within];
  });
};
