import type { InboxItem, InboxPage } from '@holdpoint/contracts';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type InboxFilters, isListedIn } from '../inbox/inbox-filters.ts';
import { serverNowMs } from '../time/server-clock.ts';
import { keys } from './query-keys.ts';

/** Requests that are kept in mind; a list that is behind by more than so many commands of one person is not waited for. */
const KEPT_MAX = 500;

/** What this person's own commands made of requests, as the log says it. */
type OwnWrites = ReadonlyMap<string, InboxItem>;
const written = new Map<string, InboxItem>();

/**
 * A page of the inbox with what its reader did already. The lists follow the log by a moment, so that a page may still show a request as it was before
 * the command: what is older than the person's own writing stands as it was written, or not at all where it belongs no more. Pure.
 * @param nowMs the server's, by which what was put off comes back
 */
export const withOwnWrites = (page: InboxPage, view: InboxFilters['view'], own: OwnWrites, nowMs: number): InboxPage => {
  const items = page.items.flatMap(item => {
    const known = own.get(item.id);
    if (known === undefined || known.revision <= item.revision) return [item];
    return isListedIn(view, known, nowMs) ? [known] : [];
  });
  const gone = page.items.length - items.length;
  return { ...page, items, counts: { ...page.counts, [view]: Math.max(0, page.counts[view] - gone) } };
};

/** The same with what was written on this page of the browser: for what the server answers. */
export const asWritten = (page: InboxPage, view: InboxFilters['view']): InboxPage => withOwnWrites(page, view, written, serverNowMs());

/** Shows in every list that is known what a command made of a request, at once, and in whatever the server answers until it knows it too. */
export const noteWritten = (client: QueryClient, item: InboxItem): void => {
  written.delete(item.id);
  written.set(item.id, item);
  if (written.size > KEPT_MAX) written.delete(written.keys().next().value!);
  for (const { queryKey, state } of client.getQueryCache().findAll({ queryKey: keys.inbox })) {
    const { view } = queryKey[keys.inbox.length] as InboxFilters;
    client.setQueryData<InfiniteData<InboxPage>>(
      queryKey,
      list => list && { ...list, pages: list.pages.map(page => asWritten(page, view)) },
      // It is no newer for that: which list was looked at last is told by when it was read.
      { updatedAt: state.dataUpdatedAt },
    );
  }
};
