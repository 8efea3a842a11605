import type { ApprovalContext, Json } from '@holdpoint/contracts';
import { useDeferredValue, useMemo, useState } from 'react';
import { SearchField } from '../shell/search-field.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { CopyButton } from '../text/copy-button.tsx';
import { LongText } from '../text/long-text.tsx';
import { JsonValue } from '../tree/json-value.tsx';
import { type ContextEntry, type ContextGroup, contextGroups, entryMatches } from './context-entries.ts';
import { Section } from './section.tsx';

/** A shorter query would match everywhere, characters. */
const QUERY_CHARS_MIN = 2;
/** From here on only the entries near the window are laid out. */
const ENTRIES_MANY = 40;

const Entry = ({ entry, query }: { entry: ContextEntry; query: string }) => (
  <li className="entry">
    <div className="entry-head">
      <span className={`entry-label ${entry.label === 'user' || entry.label === 'assistant' ? entry.label : ''}`}>
        <AgentText text={entry.label} query={query} />
      </span>
      <CopyButton text={() => entry.text ?? JSON.stringify(entry.rest, null, 2)} what="this entry" />
    </div>
    {entry.text !== null && <LongText text={entry.text} query={query} />}
    {Object.keys(entry.rest).length > 0 && <JsonValue value={entry.rest} caption={`Members of ${entry.key}`} query={query} />}
  </li>
);

const Group = ({
  group,
  query,
  open,
  onToggle,
}: {
  group: ContextGroup;
  query: string;
  open: boolean;
  onToggle: (open: boolean) => void;
}) => {
  const entries = query === '' ? group.entries : group.entries.filter(entry => entryMatches(entry, query));
  const hidden = group.entries.length - entries.length;
  return (
    <details className="context-group" open={open || query !== ''} onToggle={event => query === '' && onToggle(event.currentTarget.open)}>
      <summary>
        {group.name}
        <span className="count">{group.entries.length}</span>
      </summary>
      <ol className={group.entries.length > ENTRIES_MANY ? 'entries many' : 'entries'}>
        {entries.map(entry => (
          <Entry key={entry.key} entry={entry} query={query} />
        ))}
      </ol>
      {hidden > 0 && (
        <p className="muted small">
          {hidden} without a match {hidden === 1 ? 'is' : 'are'} not shown.
        </p>
      )}
    </details>
  );
};

/** Part 5: what the agent saw, in its order, as text only. @param erased whether it went with the request it belonged to */
export const ContextPart = ({ context, erased }: { context: ApprovalContext; erased: boolean }) => {
  const groups = useMemo(() => contextGroups(context), [context]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [asJson, setAsJson] = useState(false);
  const [typed, setTyped] = useState('');
  const trimmed = useDeferredValue(typed.trim().toLowerCase());
  const query = trimmed.length >= QUERY_CHARS_MIN ? trimmed : '';
  const matches = query === '' ? null : groups.flatMap(group => group.entries).filter(entry => entryMatches(entry, query)).length;
  const allClosed = closed.size === groups.length;
  const toggle = (name: string) => (open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(name);
    else next.add(name);
    setClosed(next);
  };

  return (
    <Section
      part={5}
      title="What the agent saw"
      className="context"
      aside={groups.length > 0 && <CopyButton text={() => JSON.stringify(context, null, 2)} what="the context as JSON" />}
    >
      {groups.length === 0 ? (
        <p className="muted">
          {erased
            ? 'It stood with an earlier request, which this one asks in other words, and was erased with that one.'
            : 'The app sent no context: no instruction, conversation, reasoning or tool log.'}
        </p>
      ) : (
        <>
          <div className="context-tools">
            <SearchField label="Search the context" value={typed} onType={setTyped} />
            <span role="status" className="muted small">
              {matches !== null && `${matches} ${matches === 1 ? 'entry' : 'entries'}`}
            </span>
            <button
              type="button"
              className="button quiet"
              onClick={() => setClosed(allClosed ? new Set() : new Set(groups.map(group => group.name)))}
            >
              {allClosed ? 'Open all' : 'Close all'}
            </button>
            <button type="button" className="button quiet" aria-pressed={asJson} onClick={() => setAsJson(!asJson)}>
              JSON
            </button>
          </div>
          {asJson ? (
            <div className="json-view" tabIndex={0} role="region" aria-label="Context as JSON">
              <LongText text={JSON.stringify(context as Json, null, 2)} query={query} />
            </div>
          ) : (
            groups.map(group => (
              <Group key={group.name} group={group} query={query} open={!closed.has(group.name)} onToggle={toggle(group.name)} />
            ))
          )}
        </>
      )}
    </Section>
  );
};
