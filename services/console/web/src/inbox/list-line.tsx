import type { InboxItem } from '@holdpoint/contracts';
import { AlikeRow } from './alike-row.tsx';
import type { Line } from './alike.ts';
import { InboxRow } from './inbox-row.tsx';
import { MarkBox } from './mark-box.tsx';
import { decidable, type Marks } from './use-marked.ts';

/** The requests of a line: one, or all that are alike. */
export const itemsOf = (line: Line): readonly InboxItem[] => (line.kind === 'item' ? [line.item] : line.items);

type Props = {
  line: Line;
  /** Its place in the list from 0, and of how many; -1 where nobody knows yet. */
  at: number;
  of: number;
  /** Where it stands in the list, pixels. */
  topPx: number;
  selected: boolean;
  /** What is selected for several at once; null where nothing can be. */
  marks: Marks | null;
  measure: (element: HTMLElement | null) => void;
  onFocus: () => void;
  onToggle: () => void;
};

/** A line of the list: a request, or several that are alike, with the box that selects it. */
export const ListLine = ({ line, at, of, topPx, selected, marks, measure, onFocus, onToggle }: Props) => (
  <li
    ref={measure}
    data-index={at}
    aria-setsize={of}
    aria-posinset={at + 1}
    className={`${selected ? 'selected' : ''} ${line.kind === 'item' && line.within ? 'within' : ''}`}
    style={{ transform: `translateY(${topPx}px)` }}
  >
    {marks !== null && <MarkBox items={itemsOf(line).filter(decidable)} marks={marks} />}
    {line.kind === 'item' ? (
      <InboxRow item={line.item} onFocus={onFocus} />
    ) : (
      <AlikeRow id={line.key} items={line.items} open={line.open} onToggle={onToggle} onFocus={onFocus} />
    )}
  </li>
);
