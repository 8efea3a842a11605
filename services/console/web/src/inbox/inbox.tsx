import type { InboxItem } from '@holdpoint/contracts';
import { useEffect } from 'react';
import { useInbox } from '../api/queries.ts';
import { Notice } from '../shell/notice.tsx';
import { HoldBanner } from './hold-banner.tsx';
import { EmptyInbox } from './empty-inbox.tsx';
import { addressOf, type InboxFilters, filtersOf } from './inbox-filters.ts';
import { InboxList } from './inbox-list.tsx';
import { SavedViews } from './saved-views.tsx';
import { FilterBar, ViewTabs } from './inbox-toolbar.tsx';

const isFiltered = (filters: InboxFilters) => Boolean(filters.risk ?? filters.agent ?? filters.q);

/** What waits: the view and its filters are in the address, so any state of it can be bookmarked and sent to a colleague. */
export const Inbox = ({ search }: { search: string }) => {
  const filters = filtersOf(search);
  const inbox = useInbox(filters);
  const counts = inbox.data?.pages[0]?.counts;
  const items: InboxItem[] = inbox.data?.pages.flatMap(page => page.items) ?? [];
  useEffect(() => {
    document.title = counts && counts.mine > 0 ? `(${counts.mine}) Inbox · Holdpoint` : 'Inbox · Holdpoint';
  }, [counts]);

  return (
    <div className="inbox">
      <div className="inbox-head">
        <h1>Inbox</h1>
        <ViewTabs filters={filters} counts={counts} />
        <FilterBar key={filters.view} filters={filters} />
        <SavedViews key={addressOf(filters)} filters={filters} filtered={isFiltered(filters)} />
      </div>
      <HoldBanner />
      {inbox.error !== null && (
        <Notice tone="warn" title="The inbox could not be read">
          <p>{inbox.error.message} What you see may be old; the page keeps asking.</p>
        </Notice>
      )}
      {inbox.data === undefined && inbox.error === null && <p className="muted loading">Reading the inbox…</p>}
      {inbox.data !== undefined && items.length === 0 && <EmptyInbox filters={filters} filtered={isFiltered(filters)} counts={counts} />}
      {items.length > 0 && (
        <InboxList
          key={filters.view}
          items={items}
          view={filters.view}
          hasMore={inbox.hasNextPage}
          onNearEnd={() => {
            if (!inbox.isFetchingNextPage) void inbox.fetchNextPage();
          }}
        />
      )}
    </div>
  );
};
