import type { ApprovalDetail } from '@holdpoint/contracts';
import { useEffect, useRef } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { Check, Cross, Pencil, Warning } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Countdown } from '../time/clock.tsx';
import { AskCode } from './ask-code.tsx';
import { blockerWords } from './approve-blockers.ts';
import type { Desk } from './use-desk.ts';
import type { PreparedVerb } from './verb-body.ts';
import { BreakGlassFields, ExtendFields, SnoozeFields, WhoField } from './verb-fields.tsx';

/** How a verb is asked about, before it is sent. `note: null`: the verb takes no words. */
const WORDS: Record<PreparedVerb, { question: string; note: string | null; confirm: string }> = {
  approve: { question: 'Approve exactly what is shown?', note: 'Note (optional)', confirm: 'Approve' },
  reject: { question: 'Reject this request?', note: 'Why not? The agent’s app gets this note', confirm: 'Reject' },
  modify: {
    question: 'Approve the edited action instead?',
    note: 'Why the change? The agent’s app gets this note',
    confirm: 'Approve with changes',
  },
  comment: { question: 'Comment for your colleagues; the agent does not see it.', note: 'Comment', confirm: 'Add comment' },
  escalate: { question: 'Alert the next people now?', note: 'Note (optional)', confirm: 'Escalate now' },
  ask: { question: 'Ask the agent. It sees the question, and the answer comes here.', note: 'Question', confirm: 'Send question' },
  delegate: { question: 'Let a colleague decide in your place?', note: 'Note for your colleague (optional)', confirm: 'Delegate' },
  reassign: { question: 'Put people on this step by name?', note: null, confirm: 'Put on it' },
  snooze: { question: 'Put it out of your sight? The deadline and the others do not wait.', note: null, confirm: 'Snooze' },
  extend: { question: 'Give it more time?', note: null, confirm: 'Extend' },
  bypass: { question: 'Break glass: set the rules aside?', note: 'Reason (stays in the record)', confirm: 'Set the rules aside' },
};

/** Verbs that are one Enter away once asked about. */
const ENTER_CONFIRMS: readonly PreparedVerb[] = ['approve', 'escalate'];
/** Verbs that begin with words. */
const STARTS_WITH_WORDS: readonly PreparedVerb[] = ['reject', 'comment', 'ask', 'bypass'];
const LONG_WORDS: readonly PreparedVerb[] = ['reject', 'comment', 'ask', 'bypass'];

/** Verbs after which the action may run: where the policy asks, the person proves anew to be there. */
const LETS_RUN: readonly PreparedVerb[] = ['approve', 'modify', 'bypass'];

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
    {desk.decision.codeAsked !== null && <AskCode answer={desk.decision.codeAsked.answer} />}
    {desk.mode === 'idle' ? (
      <Choices detail={detail} desk={desk} />
    ) : (
      <Confirmation key={desk.mode} detail={detail} desk={desk} mode={desk.mode} />
    )}
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
          {desk.hint ?? desk.done ?? why ?? (blocker === undefined ? 'You may decide' : blockerWords(blocker, desk.shown))}
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

const Confirmation = ({ detail, desk, mode }: { detail: ApprovalDetail; desk: Desk; mode: PreparedVerb }) => {
  const form = useRef<HTMLFormElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // An approval is one more Enter away; most else starts with words or a choice.
    if (ENTER_CONFIRMS.includes(mode)) confirm.current?.focus({ preventScroll: true });
    else if (STARTS_WITH_WORDS.includes(mode)) note.current?.focus({ preventScroll: true });
    else if (mode !== 'modify') form.current?.querySelector<HTMLElement>('input, .button')?.focus({ preventScroll: true });
  }, [mode]);
  const problem = desk.confirmProblem;
  const words = WORDS[mode];
  return (
    <form
      ref={form}
      className="confirmation"
      onSubmit={event => {
        event.preventDefault();
        desk.confirm();
      }}
    >
      <p className="question">
        <strong>{words.question}</strong> <span className="muted">{desk.summary}</span>
        {LETS_RUN.includes(mode) && detail.stepUpNeeded === true && (
          <span className="muted"> You confirm with your passkey or a code.</span>
        )}
      </p>
      {mode === 'reject' && <Reasons desk={desk} />}
      {mode === 'delegate' && <WhoField desk={desk} many={false} />}
      {mode === 'reassign' && <WhoField desk={desk} many />}
      {mode === 'snooze' && <SnoozeFields desk={desk} detail={detail} />}
      {mode === 'extend' && <ExtendFields desk={desk} detail={detail} />}
      {mode === 'bypass' && <BreakGlassFields desk={desk} />}
      {words.note !== null && (
        <label className="note">
          <span>{words.note}</span>
          <textarea
            ref={note}
            rows={LONG_WORDS.includes(mode) ? 2 : 1}
            maxLength={NOTE_CHARS_MAX}
            value={desk.note}
            onChange={event => desk.setNote(event.target.value)}
          />
        </label>
      )}
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
          className={`button ${mode === 'reject' || mode === 'bypass' ? 'reject' : 'approve'} solid`}
          aria-disabled={problem !== null || desk.decision.busy}
        >
          {desk.decision.busy ? 'Recording…' : words.confirm}
        </button>
      </div>
    </form>
  );
};

const Reasons = ({ desk }: { desk: Desk }) => (
  <fieldset className="reasons">
    <legend className="visually-hidden">Reason</legend>
    {desk.rejectReasons.map(reason => (
      <label key={reason.code}>
        <input
          type="radio"
          name="reason"
          checked={desk.draft.reasonCode === reason.code}
          onChange={() => desk.write({ reasonCode: reason.code })}
        />
        {reason.words}
      </label>
    ))}
  </fieldset>
);
