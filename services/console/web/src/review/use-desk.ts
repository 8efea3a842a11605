import type { ApprovalDetail, DecisionVerb } from '@holdpoint/contracts';
import { useEffect, useRef, useState } from 'react';
import { useEdit } from '../modify/use-edit.ts';
import type { Prepared } from '../router/routes.ts';
import { approveBlockers } from './approve-blockers.ts';
import { rejectReasonsIn } from './story.ts';
import { useDecision } from './use-decision.ts';
import { useShownAction } from './use-shown-action.ts';
import { type Draft, EMPTY_DRAFT, missingIn, type PreparedVerb, verbBodyOf } from './verb-body.ts';
import { REJECT_REASONS, verbWords } from './words.ts';

/** What the person is about to do. */
export type Mode = 'idle' | PreparedVerb;

const DONE_WORDS: Partial<Record<DecisionVerb, string>> = {
  approve: 'Your approval is recorded',
  reject: 'Your rejection is recorded',
  modify: 'Your edit is recorded',
  comment: 'Comment added',
  claim: 'You claimed this request',
  release: 'Claim released',
  escalate: 'Escalated',
  ask: 'Question sent',
  delegate: 'Delegated',
  reassign: 'They are on it now',
  snooze: 'Snoozed',
  extend: 'The deadline moved',
  bypass: 'The rules were set aside; it is on record',
};
/** What lets exactly the shown action run: never while a part of it has not been seen. */
const DECIDES_AS_SHOWN: readonly Mode[] = ['approve', 'bypass'];
const MODE_OF: Record<NonNullable<Prepared>, Mode> = {
  approve: 'approve',
  reject: 'reject',
  edit: 'modify',
  comment: 'comment',
  snooze: 'snooze',
};

/** The reviewer's desk: what is being prepared, the note, the edit, and whether it may be sent. The note outlives every refusal. */
export const useDesk = (detail: ApprovalDetail, prepared: Prepared) => {
  const [mode, setMode] = useState<Mode>('idle');
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const write = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }));
  const shownAction = useShownAction(detail);
  const decision = useDecision(detail);
  const edit = useEdit(detail.effectiveAction, detail.argsSchema);
  const blockers = approveBlockers(shownAction.shown);
  const answer = (verb: DecisionVerb) => detail.may.find(entry => entry.verb === verb);
  const can = (verb: DecisionVerb) => answer(verb)?.allowed === true;
  const open = detail.item.status === 'pending';

  const [hint, setHint] = useState<{ text: string; revision: number } | null>(null);
  const prepare = (next: Exclude<Mode, 'idle'>) => {
    if (!open || (DECIDES_AS_SHOWN.includes(next) && can(next) && blockers.length > 0)) return;
    if (!can(next)) {
      // A key that does nothing says why, until something changes.
      setHint({ text: `${verbWords(next)}: ${answer(next)?.why ?? 'not now'}`, revision: detail.item.revision });
      return;
    }
    setHint(null);
    decision.forget();
    // A choice belongs to its verb; words are kept.
    write({ to: [], until: null, understood: false });
    setMode(next);
  };
  const cancel = () => {
    decision.forget();
    setMode('idle');
  };

  const wanted = useRef(prepared);
  useEffect(() => {
    // A key in the inbox prepares its verb once, once the rules have spoken; Approve waits until the shown action was checked.
    const next = wanted.current;
    if (next === null || detail.item.phase === 'gating' || (next === 'approve' && blockers.includes('hashPending'))) return;
    wanted.current = null;
    prepare(MODE_OF[next] as Exclude<Mode, 'idle'>);
  });
  useEffect(() => {
    if (!open) setMode('idle');
  }, [open]);

  const preset = rejectReasonsIn(detail.history);
  const confirmProblem =
    mode === 'modify' && !edit.valid
      ? 'Mend the marked fields first.'
      : mode === 'modify' && edit.changes.length === 0
        ? 'Change something first, or approve it as it is.'
        : mode !== 'idle' && DECIDES_AS_SHOWN.includes(mode) && blockers.length > 0
          ? 'The action changed: look at it again.'
          : mode === 'idle'
            ? null
            : missingIn(mode, draft, preset !== null);
  const confirm = () => {
    if (mode === 'idle' || confirmProblem !== null || decision.busy) return;
    const action = { name: detail.effectiveAction.name, args: edit.args };
    void decision.decide(mode, verbBodyOf(mode, draft, action)).then(recorded => {
      if (!recorded) return;
      setMode('idle');
      setDraft(EMPTY_DRAFT);
    });
  };
  const claimVerb: DecisionVerb = can('release') ? 'release' : 'claim';
  const changed = edit.changes.length;

  return {
    mode,
    draft,
    write,
    note: draft.note,
    setNote: (note: string) => write({ note }),
    rejectReasons: preset ?? REJECT_REASONS,
    shownAction,
    shown: shownAction.shown,
    decision,
    edit,
    blockers,
    can,
    prepare,
    cancel,
    confirm,
    confirmProblem,
    claimVerb,
    claim: () => {
      if (can(claimVerb)) void decision.decide(claimVerb, {});
    },
    /** Why it cannot be approved here, when that is so. */
    whyNot: can('approve') ? null : (answer('approve')?.why ?? 'You may not decide this request.'),
    hint: hint?.revision === detail.item.revision ? hint.text : null,
    whyNotVerb: (verb: DecisionVerb) => answer(verb)?.why ?? '',
    summary: mode === 'modify' ? `${changed} ${changed === 1 ? 'change' : 'changes'}` : '',
    done: decision.done === null ? null : (DONE_WORDS[decision.done] ?? null),
  };
};
export type Desk = ReturnType<typeof useDesk>;
