import type { ApprovalDetail } from '@holdpoint/contracts';
import type { ReactNode } from 'react';
import { AgentText } from '../text/agent-text.tsx';
import { Clock, Countdown } from '../time/clock.tsx';
import { Section } from './section.tsx';
import { StepsList } from './steps-list.tsx';
import { skippedIn } from './story.ts';

type Rung = ApprovalDetail['escalation'][number];

const RungTime = ({ rung, open }: { rung: Rung; open: boolean }): ReactNode => {
  if (rung.at === null) return rung.reached ? 'asked' : open ? 'the clock stands still' : 'not needed';
  if (rung.reached)
    return (
      <>
        asked <Clock at={rung.at} />
      </>
    );
  return open ? <Countdown until={rung.at} prefix="in" /> : 'not needed';
};

/** The escalation timetable: who has been asked, who is next and when, what was passed over or moved closer. */
const Ladder = ({ detail }: { detail: ApprovalDetail }) => {
  const { item, escalation, step, history } = detail;
  const open = item.status === 'pending';
  const skipped = step === null ? new Set<number>() : skippedIn(history, step.index);
  const compressed = new Set(step?.escalation?.timetable.filter(rung => rung.compressed).map(rung => rung.level));
  const next = open ? escalation.find(rung => !rung.reached && !skipped.has(rung.level))?.level : undefined;
  return (
    <>
      <h3>Who is alerted when</h3>
      <ol className="ladder" aria-label="Escalation ladder">
        {escalation.map(rung => (
          <li key={rung.level} className={rung.reached ? 'reached' : skipped.has(rung.level) ? 'skipped' : ''}>
            <span>
              <AgentText text={rung.approvers} />
              {rung.reached && <span className="visually-hidden"> (asked)</span>}
              {rung.level === next && <span className="tag">next</span>}
              {skipped.has(rung.level) && <span className="tag">skipped: nobody stood on it</span>}
              {compressed.has(rung.level) && (
                <span className="tag" title="Earlier than the policy says, so that it comes before the deadline">
                  earlier than planned
                </span>
              )}
            </span>
            <span className="muted small">{skipped.has(rung.level) ? '' : <RungTime rung={rung} open={open} />}</span>
          </li>
        ))}
      </ol>
    </>
  );
};

/** Part 3: how long there is, whose votes it takes, and who is asked next when nobody answers. */
export const TimeLeftPart = ({ detail }: { detail: ApprovalDetail }) => {
  const { item, escalation, upstreamExpiresAt } = detail;
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
      <StepsList steps={detail.steps ?? []} />
      {escalation.length > 0 && <Ladder detail={detail} />}
    </Section>
  );
};
