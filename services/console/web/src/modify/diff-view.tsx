import type { Json } from '@holdpoint/contracts';
import { AgentText } from '../text/agent-text.tsx';
import type { FieldChange } from './diff-fields.ts';

const Side = ({ value, name }: { value: Json; name: 'before' | 'after' }) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  const content = text === '' ? <span className="muted">empty text</span> : <AgentText block text={text} />;
  return name === 'before' ? <del>{content}</del> : <ins>{content}</ins>;
};

/** What an edit changes, member by member, and the hash the edited action will be bound to. */
export const DiffView = ({ changes, hash, title = 'Your changes' }: { changes: FieldChange[]; hash: string | null; title?: string }) => (
  <section className="diff" aria-label={title}>
    <h3>
      {title}
      <span className="count">{changes.length}</span>
    </h3>
    {changes.length === 0 ? (
      <p className="muted">Nothing is changed yet.</p>
    ) : (
      <ul>
        {changes.map(change => (
          <li key={change.pointer}>
            <code className="diff-path">
              <AgentText text={change.pointer.slice(1)} />
              {change.kind !== 'changed' && <span className="muted"> {change.kind}</span>}
            </code>
            {change.kind !== 'added' && <Side name="before" value={change.before} />}
            {change.kind !== 'removed' && <Side name="after" value={change.after} />}
          </li>
        ))}
      </ul>
    )}
    {hash !== null && changes.length > 0 && (
      <p className="muted small">
        new sha256 <code title={hash}>{hash.slice(0, 16)}…</code>
      </p>
    )}
  </section>
);
