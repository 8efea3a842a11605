import type { BulkVerb } from './bulk-candidates.ts';

/** `POST /api/approvals:bulk` takes so many. */
export const MARKED_MAX = 100;

type Props = { count: number; onClear: () => void; onAsk: (verb: BulkVerb) => void };

/** What can be done with the selected requests; both ask before they do anything. */
export const BulkBar = ({ count, onClear, onAsk }: Props) => (
  <div className="bulk-bar" role="group" aria-label="Selected requests">
    <strong role="status">
      {count} selected{count === MARKED_MAX && ', the most at once'}
    </strong>
    <button type="button" className="button" onClick={onClear}>
      Clear
    </button>
    <button type="button" className="button reject" aria-keyshortcuts="R" onClick={() => onAsk('reject')}>
      Reject…
    </button>
    <button type="button" className="button primary" aria-keyshortcuts="A" onClick={() => onAsk('approve')}>
      Approve…
    </button>
  </div>
);
