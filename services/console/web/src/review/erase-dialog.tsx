import type { ApprovalDetail } from '@holdpoint/contracts';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { NOTE_CHARS_MAX } from '../limits.ts';
import { AgentText } from '../text/agent-text.tsx';
import { useDecision } from './use-decision.ts';

/** So much of an id is typed to show that this request is meant, characters. */
const TYPED_CHARS = 4;

/** Ids have letters and 2 to 7 only, so a digit that looks like a letter is that letter. */
const meant = (typed: string): string => typed.trim().toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o');

/** The one confirmation of an erasure: what goes, what stays, a reason that stays, and the end of the id. It cannot be taken back. */
export const EraseDialog = ({ detail, onClose }: { detail: ApprovalDetail; onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const decision = useDecision(detail);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const title = useId();
  const help = useId();
  const { id } = detail.item;
  const end = id.slice(-TYPED_CHARS);
  const whyNot = reason.trim() === '' ? 'Write why it is erased.' : meant(typed) === end ? null : `Type ${end}, the end of its id.`;
  useEffect(() => dialog.current?.showModal(), []);
  const erase = (event: FormEvent) => {
    event.preventDefault();
    if (whyNot === null && !decision.busy) void decision.decide('erase', { note: reason.trim() });
  };
  return (
    <dialog ref={dialog} className="erase-dialog" aria-labelledby={title} onClose={onClose}>
      <form onSubmit={erase}>
        <h2 id={title}>Erase what was written</h2>
        <dl className="goes-and-stays">
          <div>
            <dt>Goes, for ever</dt>
            <dd>
              What the agent asked and showed: the arguments, the conversation, its reasons. Every note, question and comment. Addresses of
              alerts.
            </dd>
          </div>
          <div>
            <dt>Stays</dt>
            <dd>
              Who decided what and when, the tool’s name, the rule that spoke, hashes and receipts. Back-ups keep it until they expire.
            </dd>
          </div>
        </dl>
        <label className="note">
          <span>Reason</span>
          <textarea
            rows={2}
            maxLength={NOTE_CHARS_MAX}
            aria-describedby={help}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </label>
        <p id={help} className="muted small">
          It is kept in the clear, for ever. Name nobody: write the number of the case, for example.
        </p>
        <label className="note">
          <span>
            Type <code>{end}</code> to confirm
          </span>
          <input
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={TYPED_CHARS}
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
        </label>
        {decision.refusal !== null && (
          <p className="bad-text" role="alert">
            {decision.refusal.title}. <AgentText text={decision.refusal.detail} />
          </p>
        )}
        <p className="bulk-buttons">
          <span className="muted small" role="status">
            {whyNot ?? 'This cannot be taken back.'}
          </span>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button reject solid" aria-disabled={whyNot !== null || decision.busy}>
            {decision.busy ? 'Recording…' : 'Erase'}
          </button>
        </p>
      </form>
    </dialog>
  );
};
