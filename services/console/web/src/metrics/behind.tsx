import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { get } from '../api/client.ts';
import { useColleagues } from '../api/queries.ts';
import { keys } from '../api/query-keys.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { Panel } from '../settings/panel.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { behindWords } from './behind-words.ts';
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
  escalations: number;
  /** Where alerts are counted, a line is one of them. */
  alert?: { id: string; to: string; at: string; state: string; errorClass: string | null };
};
type Page = { items: Item[]; nextCursor: string | null };

/** The requests that a number counts. */
export const BehindList = ({ search }: { search: string }) => {
  const params = new URLSearchParams(search);
  const behind = params.get('behind') ?? 'asked';
  const people = useColleagues();
  const nameOf = (id: string) => people.data?.items.find(person => person.id === id)?.name ?? id;
  const title = behindWords(behind, params.get('value') ?? '', nameOf);
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
  const ofAlerts = behind === 'channel';
  const [one, many] = ofAlerts ? ['alert', 'alerts'] : ['request', 'requests'];
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
      <Panel title={`${items.length}${list.hasNextPage ? ' and more' : ''} ${items.length === 1 ? one : many}`}>
        {list.isPending && <p className="muted">Reading…</p>}
        {list.error !== null && <p className="bad-text">{list.error.message}</p>}
        {list.data && items.length === 0 && <p className="muted">There is none.</p>}
        {items.length > 0 && (ofAlerts ? <Alerts label={title} items={items} /> : <Requests label={title} items={items} />)}
        {list.hasNextPage && (
          <button type="button" className="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </button>
        )}
      </Panel>
    </>
  );
};

const Requests = ({ label, items }: { label: string; items: readonly Item[] }) => (
  <Table
    label={label}
    head={[
      ['Request'],
      ['agent'],
      ['asked'],
      ['status'],
      ['rule'],
      ['told', true],
      ['opened', true],
      ['decided', true],
      ['escalated', true],
    ]}
  >
    {items.map(item => (
      <tr key={item.id}>
        <RequestCells item={item} />
        <td>
          <Ago at={item.requestedAt} />
        </td>
        <td>{item.status === 'pending' ? 'open' : item.status}</td>
        <td className="small">{item.rule ?? '–'}</td>
        <td className="number">{secondsWords(item.reachSec)}</td>
        <td className="number">{secondsWords(item.openSec)}</td>
        <td className="number">{secondsWords(item.decideSec)}</td>
        <td className="number">{item.escalations === 0 ? '–' : `${item.escalations} ${item.escalations === 1 ? 'level' : 'levels'}`}</td>
      </tr>
    ))}
  </Table>
);

const Alerts = ({ label, items }: { label: string; items: readonly Item[] }) => (
  <Table label={label} head={[['Request'], ['agent'], ['to whom'], ['when'], ['how far'], ['why it failed']]}>
    {items.map(item => (
      <tr key={item.alert?.id}>
        <RequestCells item={item} />
        <td>
          <AgentText text={item.alert?.to ?? ''} />
        </td>
        <td>{item.alert && <Ago at={item.alert.at} />}</td>
        <td>{item.alert?.state}</td>
        <td className="small">{item.alert?.errorClass ?? '–'}</td>
      </tr>
    ))}
  </Table>
);

const RequestCells = ({ item }: { item: Item }) => (
  <>
    <th scope="row">
      <Link to={reviewAddress(item.id)}>
        <AgentText text={item.toolName} />
      </Link>{' '}
      <span className="muted small">{item.riskLevel}</span>
    </th>
    <td>
      <AgentText text={item.agentId} />
    </td>
  </>
);
