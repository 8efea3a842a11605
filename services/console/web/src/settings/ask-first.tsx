import { useEffect, useRef, useState } from 'react';

type Props = {
  label: string;
  /** Whom or what it is about, for those who do not see what stands beside it. */
  about?: string;
  /** What it will do, one sentence, shown before it is done. */
  will: string;
  confirm?: string;
  tone?: 'plain' | 'primary' | 'stern';
  /** Why it cannot be done now; null when it can. */
  whyNot?: string | null;
  quiet?: boolean;
  busy: boolean;
  run(): Promise<unknown>;
};

/** A button that says in one sentence what it will do, and does it when that is confirmed. */
export const AskFirst = ({ label, about, will, confirm = label, tone = 'plain', whyNot = null, quiet = false, busy, run }: Props) => {
  const [asking, setAsking] = useState(false);
  const yes = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    if (asking) yes.current?.focus({ preventScroll: true });
    else if (wasAsking.current) first.current?.focus({ preventScroll: true });
    wasAsking.current = asking;
  }, [asking]);
  if (!asking)
    return (
      <span className="ask-first">
        <button
          ref={first}
          type="button"
          className={`button ${quiet ? 'quiet' : ''} ${tone === 'stern' ? 'reject' : tone === 'primary' ? 'primary' : ''}`}
          aria-disabled={whyNot !== null || busy}
          title={whyNot ?? ''}
          onClick={() => whyNot === null && !busy && setAsking(true)}
        >
          {label}
          {about !== undefined && <span className="visually-hidden"> {about}</span>}
        </button>
        {whyNot !== null && !quiet && <span className="muted small">{whyNot}</span>}
      </span>
    );
  return (
    <div
      className={`ask-box ${tone}`}
      role="group"
      aria-label={label}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        setAsking(false);
      }}
    >
      <p>{will}</p>
      <div className="ask-buttons">
        <button type="button" className="button" onClick={() => setAsking(false)}>
          Cancel
        </button>
        <button
          ref={yes}
          type="button"
          className={`button ${tone === 'stern' ? 'reject solid' : 'primary'}`}
          disabled={busy}
          onClick={() => void run().then(() => setAsking(false))}
        >
          {busy ? 'Recording…' : confirm}
        </button>
      </div>
    </div>
  );
};
