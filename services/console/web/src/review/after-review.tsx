import type { ApprovalDetail } from '@holdpoint/contracts';
import { useState } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { afterReviewIn } from './story.ts';
import { useDecision } from './use-decision.ts';
import { personName } from './words.ts';

const WHY = {
  sample: 'A rule let this through. It was drawn as a sample, so that people see whether the rules are right.',
  breakGlass: 'Somebody set the rules aside for this. Somebody else has to look at it.',
} as const;

/** The look afterwards: whether it was right to let it run. It changes nothing about what ran. */
export const AfterReview = ({ detail }: { detail: ApprovalDetail }) => {
  const task = afterReviewIn(detail.history);
  const decision = useDecision(detail);
  const [note, setNote] = useState('');
  const may = detail.may.find(entry => entry.verb === 'review');
  if (task === null) return null;
  if (task.done !== null)
    return (
      <section className={`notice ${task.done.agreed ? 'good' : 'warn'}`}>
        <h2>Reviewed afterwards</h2>
        <p>
          <AgentText text={personName(task.done.by)} /> {task.done.agreed ? 'agreed' : 'did not agree'} <Ago at={task.done.at} />.
        </p>
      </section>
    );
  const answer = (agreed: boolean) => {
    if (may?.allowed !== true || decision.busy) return;
    void decision.decide('review', { agreed, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  };
  return (
    <section className="notice warn after-review" aria-labelledby="after-review-title">
      <h2 id="after-review-title">To be reviewed afterwards</h2>
      <p>{WHY[task.kind]}</p>
      {decision.refusal !== null && (
        <p className="refusal" role="alert">
          {decision.refusal.title}. <AgentText text={decision.refusal.detail} />
        </p>
      )}
      {may?.allowed === true ? (
        <>
          <label className="note">
            <span>What you found (optional)</span>
            <textarea rows={1} maxLength={NOTE_CHARS_MAX} value={note} onChange={event => setNote(event.target.value)} />
          </label>
          <div className="bar-buttons">
            <button type="button" className="button reject" aria-disabled={decision.busy} onClick={() => answer(false)}>
              It should not have run
            </button>
            <button type="button" className="button approve" aria-disabled={decision.busy} onClick={() => answer(true)}>
              It was right
            </button>
          </div>
        </>
      ) : (
        <p className="muted small">{may?.why}</p>
      )}
    </section>
  );
};
