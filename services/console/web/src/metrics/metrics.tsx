import type { Me, MetricsReport } from '@holdpoint/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';
import { navigate } from '../router/location.ts';
import { rightsOf } from '../settings/rights.ts';
import { Notice } from '../shell/notice.tsx';
import { BehindList } from './behind.tsx';
import { Times, Volume } from './course.tsx';
import { Deliveries, Unfinished } from './deliveries.tsx';
import { People, Rules } from './judgement.tsx';
import { DAYS, metricsAddress, metricsFiltersOf, periodQuery, type MetricsFilters, type Shown } from './metrics-place.ts';
import './metrics.css';

/** How often the numbers are read again, milliseconds. */
const AGAIN_MS = 60_000;
const DAY_WORDS: Readonly<Record<number, string>> = { 1: '24 hours', 7: '7 days', 30: '30 days', 90: '90 days', 365: 'a year' };

/** How it goes: numbers, pictures, and the list behind each number. */
export const Metrics = ({ me, search, list }: { me: Me; search: string; list: boolean }) => (
  <div className="metrics">
    {!rightsOf(me).readsGate ? (
      <Notice tone="info" title="This page is for others">
        <p>Seniors, administrators and auditors look at how it goes. You hold {me.roles.join(', ')}.</p>
      </Notice>
    ) : list ? (
      <BehindList search={search} />
    ) : (
      <Overview me={me} filters={metricsFiltersOf(search)} />
    )}
  </div>
);

const Overview = ({ me, filters }: { me: Me; filters: MetricsFilters }) => {
  const report = useQuery({
    queryKey: [...keys.setting, '/api/metrics', filters],
    queryFn: () => get<MetricsReport>(`/api/metrics?${periodQuery(filters, Date.now())}`),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
  useEffect(() => {
    document.title = 'How it goes · Holdpoint';
  }, []);
  return (
    <>
      <header className="metrics-head">
        <h1>How it goes</h1>
        <Filters filters={filters} />
      </header>
      {report.error !== null && <p className="bad-text">{report.error.message}</p>}
      {report.isPending && <p className="muted">Counting…</p>}
      {report.data && <Report me={me} report={report.data} />}
    </>
  );
};

const Report = ({ me, report }: { me: Me; report: MetricsReport }) => (
  <>
    {!report.complete && (
      <Notice tone="info" title="There was more than is counted here">
        <p>The newest 200 000 of a kind count. A shorter period, or one agent, is counted whole.</p>
      </Notice>
    )}
    <Unfinished report={report} />
    <Volume report={report} />
    <Times report={report} />
    <Rules report={report} />
    <People report={report} />
    <Deliveries report={report} />
    <Downloads me={me} shown={report} />
  </>
);

const Filters = ({ filters }: { filters: MetricsFilters }) => {
  const [agent, setAgent] = useState(filters.agent);
  return (
    <form
      className="metrics-filters"
      onSubmit={event => {
        event.preventDefault();
        navigate(metricsAddress({ ...filters, agent: agent.trim() }));
      }}
    >
      <div className="segments" role="group" aria-label="Period">
        {DAYS.map(days => (
          <button
            key={days}
            type="button"
            aria-pressed={filters.days === days}
            onClick={() => navigate(metricsAddress({ ...filters, days }))}
          >
            {DAY_WORDS[days]}
          </button>
        ))}
      </div>
      <input aria-label="Agent, by its id" placeholder="All agents" value={agent} onChange={event => setAgent(event.currentTarget.value)} />
      <button type="submit" className="button">
        Show
      </button>
    </form>
  );
};

const FILES = [
  ['metrics', 'These numbers', 'csv', false],
  ['approvals', 'Requests', 'csv', false],
  ['decisions', 'Decisions', 'csv', false],
  ['audit', 'Whole history', 'csv', true],
  ['training', 'Examples for tuning', 'jsonl', true],
] as const;

/** The same period as files. */
const Downloads = ({ me, shown }: { me: Me; shown: Shown }) => {
  const query = (format: string, ofAgent: boolean) =>
    new URLSearchParams({
      format,
      from: shown.from,
      to: shown.to,
      ...(ofAgent && shown.agent !== null ? { agent: shown.agent } : {}),
    }).toString();
  return (
    <section className="panel downloads" aria-label="Downloads">
      <h2>Download this period</h2>
      <ul>
        {FILES.filter(([, , , whole]) => !whole || rightsOf(me).readsSettings).map(([name, label, format]) => (
          <li key={name}>
            {label}{' '}
            {[format, 'json'].map(form => (
              <a
                key={form}
                href={`/api/exports/${name}?${query(form, name !== 'audit')}`}
                download
                aria-label={`${label} as ${form.toUpperCase()}`}
              >
                {form.toUpperCase()}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
};
