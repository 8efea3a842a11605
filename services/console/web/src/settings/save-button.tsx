import type { ReactNode } from 'react';
import type { Change } from './use-setting.ts';

type Props = {
  change: Pick<Change, 'busy'>;
  label?: ReactNode;
  quiet?: boolean;
  /** Why it cannot be saved now; null when it can. */
  whyNot?: string | null;
  save(): Promise<unknown>;
};

/** Saves what is a person's own, without asking again: nobody else feels it, and it can be set back. */
export const SaveButton = ({ change, label = 'Save', quiet = false, whyNot = null, save }: Props) => (
  <span className="ask-first">
    <button
      type="button"
      className={`button ${quiet ? 'quiet' : 'primary'}`}
      aria-disabled={whyNot !== null || change.busy}
      onClick={() => whyNot === null && !change.busy && void save()}
    >
      {change.busy ? 'Recording…' : label}
    </button>
    {whyNot !== null && <span className="muted small">{whyNot}</span>}
  </span>
);
