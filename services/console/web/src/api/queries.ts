import type {
  ApprovalDetail,
  CommandReply,
  DecisionVerb,
  InboxPage,
  Me,
  RelatedApprovals,
  Role,
  Safety,
  SavedInboxView,
  VerbBody,
} from '@holdpoint/contracts';
import { keepPreviousData, type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { inboxUrl, type InboxFilters } from '../inbox/inbox-filters.ts';
import { INBOX_PAGE_ROWS } from '../limits.ts';
import { get, post } from './client.ts';
import { useLive } from './live.ts';
import { asWritten, noteWritten } from './own-writes.ts';
import { keys } from './query-keys.ts';

/** While the live stream is down the page asks again this often, milliseconds. */
const POLL_MS = 10_000;

const approvalPath = (id: string) => `/api/approvals/${encodeURIComponent(id)}`;

/** Who is signed in. Fails with 401 when nobody is. */
export const useMe = () => useQuery({ queryKey: keys.me, queryFn: () => get<Me>('/api/me'), staleTime: Infinity, retry: false });

/** What holds requests up or relaxes four eyes. Arrives by itself; asked for now and then in case it did not. */
export const useSafety = () =>
  useQuery({ queryKey: keys.safety, queryFn: () => get<Safety>('/api/safety'), refetchInterval: POLL_MS, retry: false });

/** Somebody who works here. */
export type Colleague = { id: string; name: string; roles: Role[] };

/** Everybody who works here, to hand a request on to. */
export const useColleagues = (wanted = true) =>
  useQuery({ queryKey: [...keys.setting, '/api/people'], queryFn: () => get<{ items: Colleague[] }>('/api/people'), enabled: wanted });

/** The inbox, page after page; the previous rows stay while another view loads. */
export const useInbox = (filters: InboxFilters) => {
  const { state } = useLive();
  return useInfiniteQuery({
    queryKey: [...keys.inbox, filters],
    queryFn: async ({ pageParam }) => asWritten(await get<InboxPage>(inboxUrl(filters, INBOX_PAGE_ROWS, pageParam)), filters.view),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: state === 'live' ? false : POLL_MS,
  });
};

/** Everything about one request, as a query. */
export const approvalQuery = (id: string) => ({ queryKey: keys.approval(id), queryFn: () => get<ApprovalDetail>(approvalPath(id)) });

/** Everything about one request. */
export const useApproval = (id: string) => {
  const { state } = useLive();
  return useQuery({
    ...approvalQuery(id),
    refetchInterval: state === 'live' ? false : POLL_MS,
  });
};

/** What was asked before about the same entity, in the same run, by the same agent. */
export const useRelated = (id: string) =>
  useQuery({ queryKey: [...keys.approval(id), 'related'], queryFn: () => get<RelatedApprovals>(`${approvalPath(id)}/related`) });

/** The views of the inbox this person keeps. */
export const useInboxViews = () =>
  useQuery({ queryKey: [...keys.setting, '/api/inbox-views'], queryFn: () => get<{ items: SavedInboxView[] }>('/api/inbox-views') });

/** `stepUp`: a fresh proof, where the policy asks for one. */
export type VerbCall = { verb: DecisionVerb; body: VerbBody & { stepUp?: object } };
export type VerbDone = Extract<CommandReply, { outcome: 'done' }>;

/** Uses a verb on a request; afterwards the page shows what the log says, whether it worked or not. */
export const useVerb = (id: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, body }: VerbCall) => post<VerbDone>(`${approvalPath(id)}/${verb}`, body),
    onSettled: () => refreshApproval(client, id),
  });
};

/** Reads a request from the log after a command, shows it in the inbox as it is now, and reads the inbox again. */
export const refreshApproval = async (client: QueryClient, id: string): Promise<void> => {
  const queryKey = keys.approval(id);
  try {
    // What was asked for before the command would come after its answer.
    await client.cancelQueries({ queryKey });
    const detail = await get<ApprovalDetail>(approvalPath(id));
    client.setQueryData(queryKey, detail);
    noteWritten(client, detail.item);
    void client.invalidateQueries({ queryKey: [...queryKey, 'related'] });
  } catch {
    // The page says itself why it cannot be read.
    await client.invalidateQueries({ queryKey });
  }
  void client.invalidateQueries({ queryKey: keys.inbox });
};

/** The ids of the last inbox a person looked at, in its order: what "next request" means. */
export const inboxOrder = (client: QueryClient): string[] => {
  const lists = client.getQueriesData<{ pages: InboxPage[] }>({ queryKey: keys.inbox });
  const latest = lists.map(([key, data]) => ({ data, at: client.getQueryState(key)?.dataUpdatedAt ?? 0 })).sort((a, b) => b.at - a.at)[0];
  return latest?.data?.pages.flatMap(page => page.items.map(item => item.id)) ?? [];
};
