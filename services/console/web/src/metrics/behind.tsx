import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { get } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { Panel } from '../settings/panel.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { Table } from './figures.tsx';
import { secondsWords } from './metrics-place.ts';

type Item = {
  id: string;
  agentId: string;
  toolName: string;
  riskLevel: string;
  status: string;
  rule: string | null;
  requestedAt: string;
  reachSec: number | null;
  openSec: number | null;
  decideSec: number | null;
};
type Page = { items: Item[]; nextCursor: string | null };

const WORDS: Readonly<Record<string, string>> = {
  asked: 'Requests',
  automatic: 'Decided by rules',
  people: 'Came before people',
  decided: 'Decided by people',
  inTime: 'Decided in time',
  expired: 'Expired before anybody decided',
  escalated: 'Escalated',
  exhausted: 'Nobody left to ask',
  unfinished: 'Open requests',
  verdict: 'The gate said',
  status: 'Ended as',
  rule: 'Of the rule',
  slow: 'Took as long or longer',
  operator: 'Decided by',
  rejectedBy: 'Rejected by',
  unopenedBy: 'Decided without the context by',
  burstOf: 'Many at once by',
  channel: 'Alerts by',
  endpoint: 'Answers to',
  undelivered: 'Not delivered',
};

/** The requests that a number counts. */
export const BehindList = ({ search }: { search: string }) => {
  const params = new URLSearchParams(search);
  const behind = params.get('behind') ?? 'asked';
  const title = `${WORDS[behind] ?? 'Requests'}${params.has('value') ? ` ${params.get('value')?.replace(/\/$/, '') ?? ''}` : ''}`;
  const list = useInfiniteQuery({
    queryKey: [...keys.setting, '/api/metrics/requests', search],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams(params);
      if (pageParam !== null) query.set('cursor', pageParam);
      return get<Page>(`/api/metrics/requests?${query.toString()}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
  });
  useEffect(() => {
    document.title = `${title} · Holdpoint`;
  }, [title]);
  const items = list.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <>
      <p>
        <Link to={`/reports${params.has('agent') ? `?agent=${encodeURIComponent(params.get('agent') ?? '')}` : ''}`}>
          Back to how it goes
        </Link>
      </p>
      <h1>
        <AgentText text={title} />
      </h1>
      <Panel title={`${items.length}${list.hasNextPage ? ' and more' : ''} ${items.length === 1 ? 'request' : 'requests'}`}>
        {list.isPending && <p className="muted">Reading…</p>}
        {list.error !== null && <p className="bad-text">{list.error.message}</p>}
        {list.data && items.length === 0 && <p className="muted">There is none.</p>}
        {items.length > 0 && (
          <Table
            label={title}
            head={[['Request'], ['agent'], ['asked'], ['status'], ['rule'], ['told', true], ['opened', true], ['decided', true]]}
          >
            {items.map(item => (
              <tr key={item.id}>
                <th scope="row">
                  <Link to={reviewAddress(item.id)}>
                    <AgentText text={item.toolName} />
                  </Link>{' '}
                  <span className="muted small">{item.riskLevel}</span>
                </th>
                <td>
                  <AgentText text={item.agentId} />
                </td>
                <td>
                  <Ago at={item.requestedAt} />
                </td>
                <td>{item.status === 'pending' ? 'open' : item.status}</td>
                <td className="small">{item.rule ?? '–'}</td>
                <td className="number">{secondsWords(item.reachSec)}</td>
                <td className="number">{secondsWords(item.openSec)}</td>
                <td className="number">{secondsWords(item.decideSec)}</td>
              </tr>
            ))}
          </Table>
        )}
        {list.hasNextPage && (
          <button type="button" className="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </button>
        )}
      </Panel>
    </>
  );
};
