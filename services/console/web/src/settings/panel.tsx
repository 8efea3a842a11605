import { type ReactNode, useId } from 'react';
import { AgentText } from '../text/agent-text.tsx';
import type { Change } from './use-setting.ts';

/** A part of a settings page. */
export const Panel = ({ title, intro, aside, children }: { title: string; intro?: ReactNode; aside?: ReactNode; children: ReactNode }) => {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {intro !== undefined && <p className="muted panel-intro">{intro}</p>}
      {children}
    </section>
  );
};

type FieldProps = { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined };

/** A field with its label, a hint, and what the server said about it. */
export const Field = ({
  label,
  hint,
  error,
  wide = false,
  children,
}: {
  label: string;
  hint?: string;
  error?: string | null;
  wide?: boolean;
  children: (props: FieldProps) => ReactNode;
}) => {
  const id = useId();
  const said = error ?? hint;
  return (
    <div className={wide ? 'setting-field wide' : 'setting-field'}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error != null, 'aria-describedby': said === undefined ? undefined : `${id}-said` })}
      {said !== undefined && (
        <span id={`${id}-said`} className={error == null ? 'field-help' : 'field-problem'}>
          {error == null ? said : <AgentText text={said} />}
        </span>
      )}
    </div>
  );
};

/** How the last change of a part went. */
export const Said = ({ change }: { change: Change }) => {
  const { outcome } = change;
  return (
    <div className="said" role="status">
      {outcome?.kind === 'done' && <p className="good-text">{outcome.text}</p>}
      {outcome?.kind === 'refused' && (
        <p className="bad-text">
          <AgentText text={outcome.text} />
        </p>
      )}
    </div>
  );
};

/** A list that is read, empty, or failed. */
export const Listing = ({
  query,
  empty,
  children,
}: {
  query: { isPending: boolean; error: Error | null; data: unknown };
  empty: string | null;
  children: ReactNode;
}) => {
  if (query.error !== null && query.data === undefined) return <p className="bad-text">{query.error.message}</p>;
  if (query.isPending) return <p className="muted">Reading…</p>;
  return empty === null ? children : <p className="muted">{empty}</p>;
};
