import type { InboxItem } from '@holdpoint/contracts';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useIntents } from '../keys/use-intents.ts';
import { navigate } from '../router/location.ts';
import { type Prepared, reviewAddress } from '../router/routes.ts';
import { type Line, linesOf } from './alike.ts';
import { BulkBar } from './bulk-bar.tsx';
import type { BulkVerb } from './bulk-candidates.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import type { InboxFilters } from './inbox-filters.ts';
import { itemsOf, ListLine } from './list-line.tsx';
import { useClaim } from './use-claim.ts';
import { useMarked } from './use-marked.ts';
import { useSelection } from './use-selection.ts';

/** Guess before a row is measured, pixels: one line of title and one of summary. */
const ROW_PX = 64;
const ROWS_AHEAD = 8;

type Props = { items: InboxItem[]; view: InboxFilters['view']; hasMore: boolean; onNearEnd: () => void };

/** What is asked about several requests: which, and which verb. */
type Asking = { verb: BulkVerb; ids: string[] };

/**
 * The rows, of which only those near the window exist in the page; what is alike stands together. Approve, reject and edit open the request first:
 * a list does not show what would be executed, so nothing is decided from it but in a dialog that does.
 */
export const InboxList = ({ items, view, hasMore, onNearEnd }: Props) => {
  const list = useRef<HTMLUListElement>(null);
  const decidedView = view === 'decided';
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const marks = useMarked(items);
  const lines = useMemo(
    () => (decidedView ? items.map((item): Line => ({ kind: 'item', key: item.id, item, within: false })) : linesOf(items, opened)),
    [items, opened, decidedView],
  );
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

  const selection = useSelection(lines, view, list, at => rows.scrollToIndex(at, { align: 'auto' }));
  const line = lines[selection.index];
  const [asking, setAsking] = useState<Asking | null>(null);
  const open = (prepared: Prepared) => () => {
    if (line?.kind === 'item') navigate(reviewAddress(line.item.id, prepared));
  };
  const toggle = (key: string) => {
    const next = new Set(opened);
    if (!next.delete(key)) next.add(key);
    setOpened(next);
  };
  const claim = useClaim();
  // Coming to the list, and back from the dialog.
  useEffect(() => {
    if (asking === null) selection.focus();
  }, [asking]);
  const several = marks.marked.size > 0;
  const askAbout = (verb: BulkVerb) => () => setAsking({ verb, ids: [...marks.marked] });
  useIntents({
    next: () => selection.select(selection.index + 1),
    previous: () => selection.select(selection.index - 1),
    mark: () => line && marks.toggle(itemsOf(line)),
    approve: several ? askAbout('approve') : open('approve'),
    reject: several ? askAbout('reject') : open('reject'),
    edit: open('edit'),
    comment: open('comment'),
    snooze: open('snooze'),
    claim: () => {
      if (line?.kind === 'item') void claim.of(line.item);
    },
    ...(several && { back: marks.clear }),
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
          const shownLine = lines[row.index];
          return (
            shownLine && (
              <ListLine
                key={row.key}
                measure={rows.measureElement}
                at={row.index}
                of={hasMore ? -1 : lines.length}
                topPx={row.start - rows.options.scrollMargin}
                line={shownLine}
                selected={shownLine.key === selection.key}
                marks={decidedView ? null : marks}
                onFocus={() => selection.note(shownLine.key)}
                onToggle={() => toggle(shownLine.key)}
              />
            )
          );
        })}
      </ul>
      {several && <BulkBar count={marks.marked.size} onClear={marks.clear} onAsk={verb => askAbout(verb)()} />}
      {asking !== null && (
        <BulkDialog
          {...asking}
          onClose={decided => {
            setAsking(null);
            if (decided) marks.clear();
          }}
        />
      )}
    </>
  );
};
