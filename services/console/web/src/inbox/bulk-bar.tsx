import { useState } from 'react';
import type { BulkVerb } from './bulk-candidates.ts';
import { BulkDialog } from './bulk-dialog.tsx';

/** `POST /api/approvals:bulk` takes so many. */
export const MARKED_MAX = 100;

/** What can be done with the selected requests; both ask before they do anything. */
export const BulkBar = ({ marked, onClear }: { marked: ReadonlySet<string>; onClear: () => void }) => {
  const [asking, setAsking] = useState<{ verb: BulkVerb; ids: string[] } | null>(null);
  if (marked.size === 0 && asking === null) return null;
  const ask = (verb: BulkVerb) => setAsking({ verb, ids: [...marked] });
  return (
    <>
      <div className="bulk-bar" role="group" aria-label="Selected requests">
        <strong role="status">
          {marked.size} selected{marked.size === MARKED_MAX && ', the most at once'}
        </strong>
        <button type="button" className="button" onClick={onClear}>
          Clear
        </button>
        <button type="button" className="button reject" onClick={() => ask('reject')}>
          Reject…
        </button>
        <button type="button" className="button primary" onClick={() => ask('approve')}>
          Approve…
        </button>
      </div>
      {asking !== null && (
        <BulkDialog
          {...asking}
          onClose={decided => {
            setAsking(null);
            if (decided) onClear();
          }}
        />
      )}
    </>
  );
};
