import type { InboxItem } from '@holdpoint/contracts';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useIntents } from '../keys/use-intents.ts';
import { navigate } from '../router/location.ts';
import { type Prepared, reviewAddress } from '../router/routes.ts';
import { AlikeRow } from './alike-row.tsx';
import { type Line, linesOf } from './alike.ts';
import { BulkBar } from './bulk-bar.tsx';
import { InboxRow } from './inbox-row.tsx';
import { MarkBox } from './mark-box.tsx';
import { useClaim } from './use-claim.ts';
import { decidable, useMarked } from './use-marked.ts';

/** Guess before a row is measured, pixels: one line of title and one of summary. */
const ROW_PX = 64;
const ROWS_AHEAD = 8;

/** Selected when the list was left, so that coming back continues there. */
let lastSelected: string | null = null;

type Props = { items: InboxItem[]; decidedView: boolean; hasMore: boolean; onNearEnd: () => void };

const NONE: readonly InboxItem[] = [];
const itemsOf = (line: Line | undefined): readonly InboxItem[] =>
  line === undefined ? NONE : line.kind === 'item' ? [line.item] : line.items;

/**
 * The rows, of which only those near the window exist in the page; what is alike stands together. Approve, reject and edit open the request first:
 * a list does not show what would be executed, so nothing is decided from it but in a dialog that does.
 */
export const InboxList = ({ items, decidedView, hasMore, onNearEnd }: Props) => {
  const list = useRef<HTMLUListElement>(null);
  const [selected, setSelected] = useState<string | null>(lastSelected);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const marks = useMarked(items);
  const lines = useMemo(
    () => (decidedView ? items.map((item): Line => ({ kind: 'item', key: item.id, item, within: false })) : linesOf(items, opened)),
    [items, opened, decidedView],
  );
  const index = lines.findIndex(line => line.key === selected);
  const focusWanted = useRef(false);
  const rows = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => ROW_PX,
    overscan: ROWS_AHEAD,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: at => lines[at]?.key ?? at,
  });
  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && lastShown >= lines.length - ROWS_AHEAD) onNearEnd();
    // The callback is new on every render; what matters is how far the list was scrolled.
  }, [hasMore, lastShown, lines.length, items.length]);

  useEffect(() => {
    if (!focusWanted.current || selected === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(selected)}"]`);
    if (!row) return;
    focusWanted.current = false;
    row.focus({ preventScroll: true });
  });

  const note = (key: string) => {
    lastSelected = key;
    setSelected(key);
  };
  const select = (at: number) => {
    const line = lines[Math.max(0, Math.min(at, lines.length - 1))];
    if (!line) return;
    focusWanted.current = true;
    note(line.key);
    rows.scrollToIndex(lines.indexOf(line), { align: 'auto' });
  };
  const open = (prepared: Prepared) => () => {
    const line = lines[index];
    if (line?.kind === 'item') navigate(reviewAddress(line.item.id, prepared));
  };
  const toggle = (key: string) => {
    const next = new Set(opened);
    if (!next.delete(key)) next.add(key);
    setOpened(next);
  };
  const claim = useClaim();
  useIntents({
    next: () => select(index + 1),
    previous: () => select(index < 0 ? 0 : index - 1),
    mark: () => marks.toggle(itemsOf(lines[index])),
    approve: open('approve'),
    reject: open('reject'),
    edit: open('edit'),
    comment: open('comment'),
    snooze: open('snooze'),
    claim: () => {
      const line = lines[index];
      if (line?.kind === 'item') void claim.of(line.item);
    },
    ...(marks.marked.size > 0 && { back: marks.clear }),
  });

  return (
    <>
      <p className="visually-hidden" role="status">
        {claim.said}
      </p>
      {claim.said !== '' && (
        <p className="list-said" aria-hidden="true">
          {claim.said}
        </p>
      )}
      <ul ref={list} className={decidedView ? 'rows decided' : 'rows'} aria-label="Requests" style={{ height: rows.getTotalSize() }}>
        {shown.map(row => {
          const line = lines[row.index];
          if (!line) return null;
          const some = itemsOf(line).filter(decidable);
          const className = `${line.key === selected ? 'selected' : ''} ${line.kind === 'item' && line.within ? 'within' : ''}`;
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={hasMore ? -1 : lines.length}
              aria-posinset={row.index + 1}
              className={className}
              style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
            >
              {!decidedView && <MarkBox items={some} marks={marks} />}
              {line.kind === 'item' ? (
                <InboxRow item={line.item} onFocus={() => note(line.key)} />
              ) : (
                <AlikeRow
                  id={line.key}
                  items={line.items}
                  open={line.open}
                  onToggle={() => toggle(line.key)}
                  onFocus={() => note(line.key)}
                />
              )}
            </li>
          );
        })}
      </ul>
      <BulkBar marked={marks.marked} onClear={marks.clear} />
    </>
  );
};
