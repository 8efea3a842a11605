import type { ApprovalDetail } from '@holdpoint/contracts';
import { useState } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { holdReasonIn } from './story.ts';
import { useDecision } from './use-decision.ts';
import { personName, verbWords } from './words.ts';

/** After the end: whether what was written is evidence and stays, or has to go. For administrators; the others see a hold and who placed it. */
export const KeepOrErase = ({ detail }: { detail: ApprovalDetail }) => {
  const decision = useDecision(detail);
  const [reason, setReason] = useState('');
  const [erasing, setErasing] = useState(false);
  const answer = (verb: 'placeHold' | 'releaseHold' | 'erase') => detail.may.find(entry => entry.verb === verb);
  const administers = answer('placeHold')?.allowed === true;
  const hold = detail.legalHold ?? null;
  if (detail.item.status === 'pending' || (!administers && hold === null)) return null;
  const verb = hold === null ? 'placeHold' : 'releaseHold';
  const missing = reason.trim() === '';
  const erase = answer('erase');
  const why = holdReasonIn(detail.history);
  const set = () => {
    if (missing || decision.busy) return;
    void decision.decide(verb, { note: reason.trim() }).then(recorded => recorded && setReason(''));
  };
  return (
    <section className="part keep-or-erase" aria-labelledby="keep-or-erase-title">
      <header className="part-head">
        <h2 id="keep-or-erase-title">Keep or erase</h2>
      </header>
      {hold === null ? (
        <p className="muted">
          What was written about this request goes when the time your organisation keeps it is over. A legal hold keeps it for as long as it
          is evidence.
        </p>
      ) : (
        <>
          <p>
            <strong>On legal hold.</strong> <AgentText text={personName(hold.by)} /> placed it <Ago at={hold.at} />. Until it is released
            nothing erases what was written here.
          </p>
          {why !== null && (
            <blockquote>
              <AgentText block text={why} />
            </blockquote>
          )}
        </>
      )}
      {decision.refusal !== null && (
        <p className="bad-text" role="alert">
          {decision.refusal.title}. <AgentText text={decision.refusal.detail} />
        </p>
      )}
      {administers && (
        <div className="keep-row">
          <label className="note">
            <span>{hold === null ? 'What it is evidence for' : 'Why it may go'}</span>
            <input maxLength={NOTE_CHARS_MAX} value={reason} onChange={event => setReason(event.target.value)} />
          </label>
          <button
            type="button"
            className="button"
            aria-disabled={missing || decision.busy}
            title={missing ? 'Write a reason first.' : ''}
            onClick={set}
          >
            {verbWords(verb)}
          </button>
          <span className="erase-ask">
            <button
              type="button"
              className="button reject"
              aria-disabled={erase?.allowed !== true}
              title={erase?.allowed === true ? '' : (erase?.why ?? '')}
              onClick={() => erase?.allowed === true && setErasing(true)}
            >
              Erase…
            </button>
            {erase?.allowed !== true && hold === null && <span className="muted small">{erase?.why}</span>}
          </span>
        </div>
      )}
      {erasing && <EraseDialog detail={detail} onClose={() => setErasing(false)} />}
    </section>
  );
};
