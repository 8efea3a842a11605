import type { InboxItem } from '@holdpoint/contracts';
import { useMemo, useState } from 'react';
import { MARKED_MAX } from './bulk-bar.tsx';

/** Whether this person may decide it now: only that can be selected. */
export const decidable = (item: InboxItem): boolean => item.phase === 'review' && item.mayDecide;

/** What is selected in the list. What is decided or taken meanwhile, by whomever, is selected no longer. */
export const useMarked = (items: readonly InboxItem[]) => {
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const marked = useMemo(() => new Set(items.filter(item => wanted.has(item.id) && decidable(item)).map(({ id }) => id)), [items, wanted]);
  return {
    marked: marked as ReadonlySet<string>,
    /** Selects all of these, or none when all are selected; never more than can be sent at once. */
    toggle: (some: readonly InboxItem[]) => {
      const ids = some.filter(decidable).map(({ id }) => id);
      const all = ids.length > 0 && ids.every(id => marked.has(id));
      const others = [...marked].filter(id => !ids.includes(id));
      setWanted(new Set(all ? others : [...others, ...ids].slice(0, MARKED_MAX)));
    },
    clear: () => setWanted(new Set()),
  };
};
export type Marks = ReturnType<typeof useMarked>;
