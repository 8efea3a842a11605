import { useEffect, useId, useRef, useState } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { amountText } from '../review/amount.ts';
import { REJECT_REASONS } from '../review/words.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { AgentText } from '../text/agent-text.tsx';
import type { BulkVerb } from './bulk-candidates.ts';
import { type Candidate, outcomeWords, useBulk } from './use-bulk.ts';

const WORDS = {
  approve: { title: 'Approve together', button: 'Approve', done: 'approved' },
  reject: { title: 'Reject together', button: 'Reject', done: 'rejected' },
} as const;

const requests = (count: number) => (count === 1 ? '1 request' : `${count} requests`);

/** One of them: the exact call, whole, and why it is left out or how it went. */
const Listed = ({ candidate, verb }: { candidate: Candidate; verb: BulkVerb }) => {
  const { id, detail, whyNot, outcome } = candidate;
  if (detail === null) return <li className="muted">{whyNot ?? 'Reading…'}</li>;
  const { item, effectiveAction } = detail;
  return (
    <li className={whyNot === null ? '' : 'left-out'}>
      <p className="bulk-head">
        <span className="tool-name">
          <AgentText text={effectiveAction.name} />
        </span>
        {item.amount !== null && <strong>{amountText(item.amount, item.currency)}</strong>}
        <span className="muted">
          <AgentText text={item.agentName ?? item.agentId} />
        </span>
      </p>
      {whyNot === null ? (
        <div className="bulk-args">
          <AgentText block text={JSON.stringify(effectiveAction.args, null, 1)} />
        </div>
      ) : (
        <p className="small">
          <strong>Left out.</strong> <AgentText text={whyNot} /> <Link to={reviewAddress(id)}>Open it</Link>
        </p>
      )}
      {outcome !== null && (
        <p className={outcome.outcome === 'done' ? 'good-text' : 'bad-text'} role="status">
          <AgentText text={outcomeWords(outcome, verb)} />
        </p>
      )}
    </li>
  );
};

/** The one confirmation of several decisions: it lists each, as it would run, before anything is sent. */
export const BulkDialog = ({ verb, ids, onClose }: { verb: BulkVerb; ids: readonly string[]; onClose: (decided: boolean) => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const bulk = useBulk(verb, ids);
  const [note, setNote] = useState('');
  const [reason, setReason] = useState('');
  const title = useId();
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (bulk.done) close.current?.focus();
  }, [bulk.done]);
  // Once it was sent, what was sent counts: the live list has moved on by then.
  const count = bulk.done ? bulk.sent : bulk.decided.length;
  const leftOut = ids.length - count;
  const done = bulk.candidates.filter(({ outcome }) => outcome?.outcome === 'done').length;
  return (
    <dialog ref={dialog} className="bulk-dialog" aria-labelledby={title} onClose={() => onClose(bulk.done)}>
      <h2 id={title}>{WORDS[verb].title}</h2>
      <p role="status">
        {bulk.done
          ? `${done} of ${requests(count)} ${WORDS[verb].done}.`
          : bulk.ready
            ? `${requests(count)} will be ${WORDS[verb].done}, exactly as listed.${leftOut > 0 ? ` ${requests(leftOut)} left out.` : ''}`
            : 'Reading what is selected…'}
      </p>
      <ol className="bulk-list" tabIndex={0} aria-label="What is decided">
        {bulk.candidates.map(candidate => (
          <Listed key={candidate.id} candidate={candidate} verb={verb} />
        ))}
      </ol>
      {!bulk.done && (
        <div className="bulk-words">
          {verb === 'reject' && (
            <label>
              Reason
              <select value={reason} onChange={event => setReason(event.target.value)}>
                <option value="">None of these</option>
                {REJECT_REASONS.map(({ code, words }) => (
                  <option key={code} value={code}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            Note to each agent, optional
            <textarea rows={2} maxLength={NOTE_CHARS_MAX} value={note} onChange={event => setNote(event.target.value)} />
          </label>
        </div>
      )}
      {bulk.problem !== null && (
        <p className="bad-text" role="alert">
          <AgentText text={bulk.problem} /> Look at each before you decide again; your note is kept.
        </p>
      )}
      <p className="bulk-buttons">
        <button ref={close} type="button" className="button" onClick={() => dialog.current?.close()}>
          {bulk.done ? 'Close' : 'Cancel'}
        </button>
        {!bulk.done && (
          <button
            type="button"
            className={verb === 'approve' ? 'button primary' : 'button reject solid'}
            disabled={!bulk.ready || count === 0 || bulk.busy}
            onClick={() => void bulk.send(note, reason === '' ? undefined : reason)}
          >
            {bulk.busy ? 'Recording…' : `${WORDS[verb].button} ${requests(count)}`}
          </button>
        )}
      </p>
    </dialog>
  );
};
