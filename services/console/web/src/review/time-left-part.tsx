import type { ApprovalDetail } from '@holdpoint/contracts';
import { Clock, Countdown } from '../time/clock.tsx';
import { Section } from './section.tsx';

const stepWords = (step: NonNullable<ApprovalDetail['step']>): string => {
  const people = step.approveCount === 1 ? 'one approval' : `approvals of ${step.approveCount} different people`;
  return `Step “${step.name}” needs ${people}.`;
};

/** Part 3: how long there is, and who is asked next when nobody answers. */
export const TimeLeftPart = ({ detail }: { detail: ApprovalDetail }) => {
  const { item, step, escalation, upstreamExpiresAt } = detail;
  const open = item.status === 'pending';
  return (
    <Section part={3} title={open ? 'Time left' : 'Deadline'}>
      <p className="deadline">
        {open && <Countdown until={item.expiresAt} />}
        <span className="muted">
          {open ? 'then it ends as not approved, at ' : 'It would have ended as not approved at '}
          <Clock at={item.expiresAt} />
        </span>
      </p>
      {upstreamExpiresAt !== null && (
        <p className="muted small">
          The agent’s own run ends at <Clock at={upstreamExpiresAt} />.
        </p>
      )}
      {step !== null && <p className="small">{stepWords(step)}</p>}
      {escalation.length > 0 && (
        <ol className="ladder" aria-label="Escalation ladder">
          {escalation.map(rung => (
            <li key={rung.level} className={rung.reached ? 'reached' : ''}>
              <span>
                {rung.approvers}
                {rung.reached && <span className="visually-hidden"> (asked)</span>}
              </span>
              <span className="muted small">
                {rung.at === null ? (
                  rung.reached ? (
                    'asked'
                  ) : (
                    'if it comes to that'
                  )
                ) : rung.reached ? (
                  <>
                    asked <Clock at={rung.at} />
                  </>
                ) : open ? (
                  <Countdown until={rung.at} prefix="in" />
                ) : (
                  'not needed'
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
};
