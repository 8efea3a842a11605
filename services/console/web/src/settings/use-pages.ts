import { useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';

type Page<Item> = { items: Item[]; nextCursor: string | null };
/** Rows asked for at once. */
const PAGE_ROWS = 50;

/** A list of the settings API that comes in pages, all read so far. */
export const usePages = <Item>(path: string) => {
  const pages = useInfiniteQuery({
    queryKey: [...keys.setting, path, 'pages'],
    queryFn: ({ pageParam }) =>
      get<Page<Item>>(`${path}?limit=${PAGE_ROWS}${pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
  });
  return { ...pages, items: pages.data?.pages.flatMap(({ items }) => items) ?? [] };
};
