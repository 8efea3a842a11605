import type { SavedInboxView } from '@holdpoint/contracts';
import { useState } from 'react';
import { useInboxViews } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { useChange } from '../settings/use-setting.ts';
import { AgentText } from '../text/agent-text.tsx';
import { addressOf, type InboxFilters } from './inbox-filters.ts';

const NAME_CHARS_MAX = 40;
const VIEWS = '/api/inbox-views';

/** The views a person keeps, and a way to keep this one: whoever has one open can also take it away. */
export const SavedViews = ({ filters, filtered }: { filters: InboxFilters; filtered: boolean }) => {
  const views = useInboxViews();
  const { change, outcome, busy } = useChange();
  const [name, setName] = useState<string | null>(null);
  const address = addressOf(filters);
  const items = views.data?.items ?? [];
  const here: SavedInboxView | undefined = items.find(view => addressOf(view.filters) === address);
  if (items.length === 0 && !filtered) return null;
  const save = async () => {
    if (name === null || name.trim() === '') return;
    if ((await change('POST', VIEWS, { name: name.trim(), filters }, 'Kept.')) !== null) setName(null);
  };
  return (
    <div className="saved-views">
      {items.length > 0 && (
        <nav aria-label="Your views">
          {items.map(view => (
            <Link key={view.id} to={addressOf(view.filters)} className="chip" aria-current={view === here ? 'page' : undefined}>
              <AgentText text={view.name} />
            </Link>
          ))}
        </nav>
      )}
      {here !== undefined && (
        <button
          type="button"
          className="button quiet small"
          disabled={busy}
          onClick={() => void change('DELETE', `${VIEWS}/${here.id}`, undefined, 'Removed.')}
        >
          Remove this view
        </button>
      )}
      {here === undefined && filtered && name === null && (
        <button type="button" className="button quiet small" onClick={() => setName('')}>
          Keep this view
        </button>
      )}
      {name !== null && (
        <form
          onSubmit={event => {
            event.preventDefault();
            void save();
          }}
        >
          <label className="visually-hidden" htmlFor="view-name">
            Name of the view
          </label>
          <input
            id="view-name"
            autoFocus
            placeholder="Name of the view"
            maxLength={NAME_CHARS_MAX}
            value={name}
            onChange={event => setName(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Escape') setName(null);
            }}
          />
          <button type="submit" className="button small" disabled={busy || name.trim() === ''}>
            Keep
          </button>
        </form>
      )}
      {outcome?.kind === 'refused' && (
        <span className="bad-text" role="alert">
          <AgentText text={outcome.text} />
        </span>
      )}
    </div>
  );
};
