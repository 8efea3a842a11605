import type { ApprovalDetail } from '@holdpoint/contracts';
import { useEffect, useRef } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { Check, Cross, Pencil, Warning } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Countdown } from '../time/clock.tsx';
import { blockerWords } from './approve-blockers.ts';
import type { Desk, Mode } from './use-desk.ts';
import { REJECT_REASONS } from './words.ts';

const CONFIRM_WORDS: Record<Exclude<Mode, 'idle'>, string> = {
  approve: 'Approve',
  reject: 'Reject',
  modify: 'Approve with changes',
  comment: 'Add comment',
  escalate: 'Escalate now',
};

const QUESTIONS: Record<Exclude<Mode, 'idle'>, string> = {
  approve: 'Approve exactly what is shown?',
  reject: 'Reject this request?',
  modify: 'Approve the edited action instead?',
  comment: 'Comment for your colleagues; the agent does not see it.',
  escalate: 'Alert the next people now?',
};

const NOTE_LABELS: Record<Exclude<Mode, 'idle'>, string> = {
  approve: 'Note (optional)',
  reject: 'Why not? The agent’s app gets this note',
  modify: 'Why the change? The agent’s app gets this note',
  comment: 'Comment',
  escalate: 'Note (optional)',
};

/** Always in reach at the lower edge: the three answers, or the question that confirms one. */
export const DecisionBar = ({ detail, desk }: { detail: ApprovalDetail; desk: Desk }) => (
  <section className={`decision-bar ${desk.mode}`} aria-label="Decide">
    {desk.decision.refusal !== null && (
      <div className="bar-refusal" role="alert">
        <Warning />
        <p>
          <strong>{desk.decision.refusal.title}.</strong> <AgentText text={desk.decision.refusal.detail} />
        </p>
      </div>
    )}
    {desk.mode === 'idle' ? <Choices detail={detail} desk={desk} /> : <Confirmation desk={desk} mode={desk.mode} />}
  </section>
);

const Choices = ({ detail, desk }: { detail: ApprovalDetail; desk: Desk }) => {
  const why = desk.whyNot;
  const blocker = desk.blockers[0];
  return (
    <>
      <div className="bar-status">
        <Countdown until={detail.item.expiresAt} />
        <span className="muted small" id="bar-why" role="status">
          {why ?? desk.hint ?? (blocker === undefined ? `${desk.done ?? 'You may decide'}` : blockerWords(blocker, desk.shown))}
        </span>
      </div>
      <div className="bar-buttons">
        <button
          type="button"
          className="button reject"
          aria-disabled={!desk.can('reject')}
          aria-describedby="bar-why"
          aria-keyshortcuts="R"
          onClick={() => desk.prepare('reject')}
        >
          <Cross />
          Reject
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={!desk.can('modify')}
          aria-describedby="bar-why"
          aria-keyshortcuts="E"
          onClick={() => desk.prepare('modify')}
        >
          <Pencil />
          Modify
        </button>
        <button
          type="button"
          className="button approve"
          aria-disabled={!desk.can('approve') || blocker !== undefined}
          aria-describedby="bar-why"
          aria-keyshortcuts="A"
          onClick={() => desk.prepare('approve')}
        >
          <Check />
          Approve
        </button>
      </div>
    </>
  );
};

const Confirmation = ({ desk, mode }: { desk: Desk; mode: Exclude<Mode, 'idle'> }) => {
  const note = useRef<HTMLTextAreaElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // An approval is one more Enter away; everything else starts with words.
    if (mode === 'approve' || mode === 'escalate') confirm.current?.focus({ preventScroll: true });
    else if (mode !== 'modify') note.current?.focus({ preventScroll: true });
  }, [mode]);
  const problem = desk.confirmProblem;
  return (
    <form
      className="confirmation"
      onSubmit={event => {
        event.preventDefault();
        desk.confirm();
      }}
    >
      <p className="question">
        <strong>{QUESTIONS[mode]}</strong> <span className="muted">{desk.summary}</span>
      </p>
      {mode === 'reject' && (
        <fieldset className="reasons">
          <legend className="visually-hidden">Reason</legend>
          {REJECT_REASONS.map(reason => (
            <label key={reason.code}>
              <input
                type="radio"
                name="reason"
                checked={desk.reasonCode === reason.code}
                onChange={() => desk.setReasonCode(reason.code)}
              />
              {reason.words}
            </label>
          ))}
        </fieldset>
      )}
      <label className="note">
        <span>{NOTE_LABELS[mode]}</span>
        <textarea
          ref={note}
          rows={mode === 'reject' || mode === 'comment' ? 2 : 1}
          maxLength={NOTE_CHARS_MAX}
          value={desk.note}
          onChange={event => desk.setNote(event.target.value)}
        />
      </label>
      <div className="bar-buttons">
        <span className="muted small" role="status">
          {problem}
        </span>
        <button type="button" className="button" onClick={desk.cancel}>
          Cancel
        </button>
        <button
          ref={confirm}
          type="submit"
          className={`button ${mode === 'reject' ? 'reject' : 'approve'} solid`}
          aria-disabled={problem !== null || desk.decision.busy}
        >
          {desk.decision.busy ? 'Recording…' : CONFIRM_WORDS[mode]}
        </button>
      </div>
    </form>
  );
};
