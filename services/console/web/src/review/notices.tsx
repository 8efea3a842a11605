import type { ApprovalDetail, Safety } from '@holdpoint/contracts';
import type { ReactNode } from 'react';
import { useSafety } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { Hand, Warning } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago, Clock } from '../time/clock.tsx';
import { linksIn, questionsIn } from './story.ts';
import { personName } from './words.ts';

const Line = ({ tone, children, urgent = false }: { tone: 'info' | 'warn' | 'bad' | 'agent'; children: ReactNode; urgent?: boolean }) => (
  <div className={`line-notice ${tone}`} role={urgent ? 'alert' : undefined}>
    {tone === 'bad' ? <Hand /> : tone === 'warn' ? <Warning /> : <span className="line-dot" aria-hidden="true" />}
    <div>{children}</div>
  </div>
);

/** The kill switch that holds this request, if one does. */
const holdOf = (safety: Safety | undefined, agentId: string) =>
  safety?.killSwitches.find(({ scope }) => scope.kind === 'organization' || scope.agentId === agentId);

const Held = ({ detail, safety }: { detail: ApprovalDetail; safety: Safety | undefined }) => {
  const hold = holdOf(safety, detail.item.agentId);
  if (hold === undefined) return null;
  return (
    <Line tone="bad" urgent>
      <strong>
        Held by the kill switch of{' '}
        {hold.scope.kind === 'organization' ? 'the organisation' : <AgentText text={`agent ${hold.scope.agentId}`} />}.
      </strong>{' '}
      Nothing is approved until it is released; rejecting stays possible.
      <p className="small">
        <AgentText text={hold.by.name} /> engaged it <Ago at={hold.at} />: <AgentText text={hold.reason} />
      </p>
    </Line>
  );
};

const OpenQuestions = ({ detail }: { detail: ApprovalDetail }) =>
  questionsIn(detail.history)
    .filter(question => question.answer === null)
    .map(question => (
      <Line key={question.id} tone="agent">
        <strong>The agent owes an answer.</strong> <AgentText text={personName(question.by)} /> asked <Ago at={question.at} />
        {question.stopsClock && '; the clock stands still until then'}.
        <blockquote>
          <AgentText block text={question.text} />
        </blockquote>
      </Line>
    ));

const RequestLink = ({ id, children }: { id: string; children: ReactNode }) => <Link to={reviewAddress(id)}>{children}</Link>;

const Links = ({ detail }: { detail: ApprovalDetail }) => {
  const { revises, replacedBy } = linksIn(detail.history);
  return (
    <>
      {replacedBy !== null && (
        <Line tone="warn">
          <strong>Another request took its place.</strong> <RequestLink id={replacedBy}>Go to the newer one</RequestLink>
        </Line>
      )}
      {revises !== null && (
        <Line tone="info">
          This takes the place of <RequestLink id={revises}>an earlier request</RequestLink>. Votes given there do not count here.
        </Line>
      )}
    </>
  );
};

/** What a person has to know before anything else: held, unheard of, an answer owed, replaced, put off. */
export const Notices = ({ detail }: { detail: ApprovalDetail }) => {
  const safety = useSafety().data;
  const { item, reach } = detail;
  const open = item.status === 'pending';
  return (
    <>
      {open && <Held detail={detail} safety={safety} />}
      {open && reach?.state === 'nobody' && (
        <Line tone="warn">
          <strong>Nobody who may decide has heard of it.</strong> <AgentText text={reach.reason ?? ''} />
        </Line>
      )}
      {open && <OpenQuestions detail={detail} />}
      <Links detail={detail} />
      {open && typeof item.snoozedUntil === 'string' && (
        <Line tone="info">
          You snoozed it until <Clock at={item.snoozedUntil} />. Everybody else still sees it.
        </Line>
      )}
      {open && safety?.soloMode === true && (
        <p className="muted small solo-notice">Solo mode is on: whoever owns the agent may decide what it asks.</p>
      )}
    </>
  );
};
