import type { StepStanding } from '@holdpoint/contracts';
import { AgentText } from '../text/agent-text.tsx';
import { personName } from './words.ts';

const STATE_WORDS = {
  open: 'open',
  satisfied: 'has all it needs',
  approved: 'approved',
  rejected: 'rejected',
  later: 'opens after that',
} as const;

const Votes = ({ step }: { step: StepStanding }) => {
  if (step.votes.length === 0) return null;
  return (
    <ul className="votes">
      {step.votes.map(({ by, approved }) => (
        <li key={`${by.id}${approved}`} className={approved ? 'good-text' : 'bad-text'}>
          {approved ? '✓ ' : '✗ '}
          <AgentText text={personName(by)} />
        </li>
      ))}
    </ul>
  );
};

const Names = ({ step }: { step: StepStanding }) => (
  <p className="small">
    <span className="muted">May still vote:</span>{' '}
    {step.mayVote.length === 0 ? (
      <strong className="bad-text">nobody at the moment</strong>
    ) : (
      <>
        <AgentText text={step.mayVote.map(({ name }) => name).join(', ')} />
        {step.mayVoteMore > 0 && ` and ${step.mayVoteMore} more`}
      </>
    )}
  </p>
);

const Step = ({ step, number, alone }: { step: StepStanding; number: number; alone: boolean }) => {
  const has = step.votes.filter(({ approved }) => approved).length;
  return (
    <li className={`step ${step.state}`}>
      <p className="step-head">
        <span>
          {!alone && <span className="muted">{number}. </span>}
          <AgentText text={step.name} />
        </span>
        <span className="step-count">
          {(step.state === 'open' || step.state === 'satisfied') && step.needed !== null ? (
            <>
              <strong>
                {has} of {step.needed}
              </strong>{' '}
              {step.needed === 1 ? 'approval' : 'approvals'}
              {step.state === 'satisfied' && <span className="good-text"> ✓</span>}
            </>
          ) : (
            STATE_WORDS[step.state]
          )}
        </span>
      </p>
      <Votes step={step} />
      {step.state === 'open' && <Names step={step} />}
      {step.state === 'later' && (
        <p className="muted small">
          for <AgentText text={step.approvers} />
        </p>
      )}
      {step.standIns.length > 0 && (
        <p className="small">
          <span className="muted">Standing in:</span>{' '}
          {step.standIns.map(({ from, to }, index) => (
            <span key={`${from}${to}`}>
              {index > 0 && '; '}
              <AgentText text={to} /> for <AgentText text={from} />
            </span>
          ))}
        </p>
      )}
    </li>
  );
};

/** Every step of the route: what it needs, what it has, and who may still say something. */
export const StepsList = ({ steps }: { steps: readonly StepStanding[] }) => {
  if (steps.length === 0) return null;
  const parallel = steps.some(step => step.parallel);
  return (
    <div className="steps">
      <h3>{parallel ? 'Steps, all at the same time' : steps.length === 1 ? 'The step' : 'Steps, one after the other'}</h3>
      <ol>
        {steps.map((step, index) => (
          <Step key={step.index} step={step} number={index + 1} alone={steps.length === 1} />
        ))}
      </ol>
    </div>
  );
};
