import type { InboxPage } from '@holdpoint/contracts';
import { useEffect, useRef, useState } from 'react';
import { useIntents } from '../keys/use-intents.ts';
import { RISK_LEVEL_NAMES } from '../limits.ts';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/location.ts';
import { SearchField } from '../shell/search-field.tsx';
import { addressOf, type InboxFilters } from './inbox-filters.ts';

const VIEWS = [
  { view: 'mine', label: 'For me', title: 'You may decide these now' },
  { view: 'team', label: 'My team', title: 'Open for your roles, or claimed by your team' },
  { view: 'all', label: 'All open', title: 'Everything that waits for a person' },
  { view: 'snoozed', label: 'Snoozed', title: 'You put these off; they come back by themselves' },
  { view: 'decided', label: 'Decided', title: 'Everything that has ended' },
] as const;

/** Typing pauses of this long search, milliseconds. */
const SEARCH_AFTER_MS = 200;

export const ViewTabs = ({ filters, counts }: { filters: InboxFilters; counts: InboxPage['counts'] | undefined }) => (
  <nav className="view-tabs" aria-label="Views">
    {VIEWS.map(({ view, label, title }) => (
      <Link key={view} to={addressOf({ ...filters, view })} aria-current={filters.view === view ? 'page' : undefined} title={title}>
        {label}
        {counts && <span className="count">{counts[view].toLocaleString('en')}</span>}
      </Link>
    ))}
  </nav>
);

const withText = (filters: InboxFilters, name: 'q' | 'agent', text: string): InboxFilters => {
  const { [name]: _, ...others } = filters;
  return text.trim() === '' ? others : { ...others, [name]: text.trim() };
};

/** Search and filters; what is typed goes into the address after a short pause. */
export const FilterBar = ({ filters }: { filters: InboxFilters }) => {
  const search = useRef<HTMLInputElement>(null);
  const [q, setQ] = useState(filters.q ?? '');
  const [agent, setAgent] = useState(filters.agent ?? '');
  useIntents({ search: () => search.current?.focus() });
  useEffect(() => {
    const timer = setTimeout(
      () => navigate(addressOf(withText(withText(filters, 'q', q), 'agent', agent)), { replace: true }),
      SEARCH_AFTER_MS,
    );
    return () => clearTimeout(timer);
    // Only typing searches; a change of view remounts this bar.
  }, [q, agent]);

  const chooseRisk = (value: string) => {
    const { risk: _, ...others } = filters;
    const risk = RISK_LEVEL_NAMES.find(level => level === value);
    navigate(addressOf(risk ? { ...others, risk } : others), { replace: true });
  };
  return (
    <form className="filter-bar" role="search" onSubmit={event => event.preventDefault()}>
      <SearchField ref={search} label="Search tool, summary, entity" value={q} onType={setQ} />
      <label>
        <span className="visually-hidden">Risk</span>
        <select value={filters.risk ?? ''} onChange={event => chooseRisk(event.target.value)}>
          <option value="">Any risk</option>
          {RISK_LEVEL_NAMES.map(level => (
            <option key={level} value={level}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="visually-hidden">Agent</span>
        <input
          type="text"
          className="agent-field"
          placeholder="Any agent"
          maxLength={128}
          value={agent}
          onChange={event => setAgent(event.target.value)}
        />
      </label>
    </form>
  );
};
