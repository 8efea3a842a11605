import type { InboxItem } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { post } from '../api/client.ts';
import { refreshApproval } from '../api/queries.ts';
import { useIntents } from '../keys/use-intents.ts';
import { navigate } from '../router/location.ts';
import { type Prepared, reviewAddress } from '../router/routes.ts';
import { InboxRow } from './inbox-row.tsx';

/** Guess before a row is measured, pixels: one line of title and one of summary. */
const ROW_PX = 64;
const ROWS_AHEAD = 8;

/** Selected when the list was left, so that coming back continues there. */
let lastSelected: string | null = null;

type Props = { items: InboxItem[]; decidedView: boolean; hasMore: boolean; onNearEnd: () => void };

/**
 * The rows, of which only those near the window exist in the page. Approve, reject and edit open the request first: a list does not
 * show what would be executed, so nothing is decided from it.
 */
export const InboxList = ({ items, decidedView, hasMore, onNearEnd }: Props) => {
  const list = useRef<HTMLUListElement>(null);
  const [selected, setSelected] = useState<string | null>(lastSelected);
  const index = items.findIndex(item => item.id === selected);
  const focusWanted = useRef(false);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_PX,
    overscan: ROWS_AHEAD,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: at => items[at]?.id ?? at,
  });
  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && lastShown >= items.length - ROWS_AHEAD) onNearEnd();
    // The callback is new on every render; what matters is how far the list was scrolled.
  }, [hasMore, lastShown, items.length]);

  useEffect(() => {
    if (!focusWanted.current || selected === null) return;
    const row = list.current?.querySelector<HTMLAnchorElement>(`[data-id="${selected}"]`);
    if (!row) return;
    focusWanted.current = false;
    row.focus({ preventScroll: true });
  });

  const select = (at: number) => {
    const item = items[Math.max(0, Math.min(at, items.length - 1))];
    if (!item) return;
    focusWanted.current = true;
    lastSelected = item.id;
    setSelected(item.id);
    rows.scrollToIndex(items.indexOf(item), { align: 'auto' });
  };
  const open = (prepared: Prepared) => () => {
    const item = items[index];
    if (item) navigate(reviewAddress(item.id, prepared));
  };
  const claim = useClaim();
  useIntents({
    next: () => select(index + 1),
    previous: () => select(index < 0 ? 0 : index - 1),
    approve: open('approve'),
    reject: open('reject'),
    edit: open('edit'),
    comment: open('comment'),
    snooze: open('snooze'),
    claim: () => void claim.of(items[index]),
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
          const item = items[row.index];
          if (!item) return null;
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={hasMore ? -1 : items.length}
              aria-posinset={row.index + 1}
              className={item.id === selected ? 'selected' : undefined}
              style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
            >
              <InboxRow
                item={item}
                onFocus={() => {
                  lastSelected = item.id;
                  setSelected(item.id);
                }}
              />
            </li>
          );
        })}
      </ul>
    </>
  );
};

/** Claims, or releases, the selected request and says how it went. */
const useClaim = () => {
  const client = useQueryClient();
  const [said, setSaid] = useState('');
  const of = async (item: InboxItem | undefined) => {
    if (!item || item.phase !== 'review') return;
    const verb = item.claimedBy === null ? 'claim' : 'release';
    try {
      await post(`/api/approvals/${item.id}/${verb}`, {});
      setSaid(verb === 'claim' ? `Claimed ${item.toolName}.` : `Released ${item.toolName}.`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
    await refreshApproval(client, item.id);
  };
  return { said, of };
};
