import type { ApprovalDetail } from '@holdpoint/contracts';
import { DiffView } from '../modify/diff-view.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Clock } from '../time/clock.tsx';
import { changesSinceAsked } from './asked-action.ts';
import { rejectReasonsIn } from './story.ts';
import { decidedWords, personName, REJECT_REASONS } from './words.ts';

const toneOf = (detail: ApprovalDetail) => (detail.decision?.approved === true ? 'good' : 'bad');

/** The decision, once there is one: who, when, why, and what exactly was approved. */
export const Outcome = ({ detail }: { detail: ApprovalDetail }) => {
  const { decision } = detail;
  if (decision === null) return null;
  const reason =
    [...(rejectReasonsIn(detail.history) ?? []), ...REJECT_REASONS].find(known => known.code === decision.reasonCode)?.words ??
    decision.reasonCode;
  return (
    <section className={`notice ${toneOf(detail)} outcome-notice`} aria-label="Decision">
      <h2>
        {decidedWords(decision.decision)}
        {decision.by.kind === 'operator' && (
          <>
            {' by '}
            <AgentText text={personName(decision.by)} />
          </>
        )}
      </h2>
      <p className="muted">
        <Clock at={decision.decidedAt} /> · by{' '}
        {decision.by.kind === 'rule' ? 'a rule' : decision.by.kind === 'timeout' ? 'the deadline' : decision.channel}
        {reason !== undefined && ` · ${reason}`}
        {decision.approvedUntil !== null && (
          <>
            {' · may be executed until '}
            <Clock at={decision.approvedUntil} />
          </>
        )}
      </p>
      {decision.note !== null && decision.note !== '' && (
        <blockquote>
          <AgentText block text={decision.note} />
        </blockquote>
      )}
      {decision.decision === 'modified' && (
        <DiffView title="Approved with these changes" changes={changesSinceAsked(detail)} hash={decision.binding.approvedActionHash} />
      )}
    </section>
  );
};
