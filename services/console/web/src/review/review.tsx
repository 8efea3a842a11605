import type { ApprovalDetail } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiError } from '../api/client.ts';
import { inboxOrder, useApproval } from '../api/queries.ts';
import { useIntents } from '../keys/use-intents.ts';
import { EditAction } from '../modify/edit-action.tsx';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/location.ts';
import { type Prepared, reviewAddress } from '../router/routes.ts';
import { Notice } from '../shell/notice.tsx';
import { AfterReview } from './after-review.tsx';
import { AgentSays } from './agent-says.tsx';
import { ContextPart } from './context-part.tsx';
import { DecidedBar } from './decided-bar.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { Erased } from './erased.tsx';
import { Executed } from './executed.tsx';
import { KeepOrErase } from './keep-or-erase.tsx';
import { Notices } from './notices.tsx';
import { Outcome } from './outcome.tsx';
import { RecordPart } from './record-part.tsx';
import { ReviewHead } from './review-head.tsx';
import { TimeLeftPart } from './time-left-part.tsx';
import { useDesk } from './use-desk.ts';
import { useViewed } from './use-viewed.ts';
import { WhyAsked } from './why-asked.tsx';

type Props = { id: string; prepared: Prepared };

/** One request, in the order a decision needs it: what runs, why it was stopped, how long there is; only then what the agent says. */
export const Review = ({ id, prepared }: Props) => {
  const approval = useApproval(id);
  const neighbours = useNeighbours(id);
  if (approval.error instanceof ApiError && approval.error.status === 410)
    return <Erased error={approval.error} justNow={approval.data !== undefined} />;
  if (approval.data) return <Sheet detail={approval.data} prepared={prepared} neighbours={neighbours} stale={approval.error} />;
  if (approval.error instanceof ApiError && approval.error.status === 404)
    return (
      <Notice tone="info" alone title="There is no such request">
        <p>
          The address may be cut off, or the request belongs to another organisation. <Link to="/">Go to the inbox</Link>
        </p>
      </Notice>
    );
  if (approval.error)
    return (
      <Notice tone="warn" alone title="The request could not be read">
        <p>{approval.error.message} The page keeps asking.</p>
      </Notice>
    );
  return <p className="muted loading">Reading the request…</p>;
};

type Neighbours = { next: string | null; previous: string | null };

/** The requests before and after this one in the inbox as it was when the page was opened: a decision takes it out of the list. */
const useNeighbours = (id: string): Neighbours => {
  const client = useQueryClient();
  const order = useRef<string[]>(null);
  order.current ??= inboxOrder(client);
  const at = order.current.indexOf(id);
  return { next: order.current[at + 1] ?? null, previous: at > 0 ? (order.current[at - 1] ?? null) : null };
};

const PARTS = ['Action', 'Why', 'Time', 'Agent says', 'Context', 'Record'];

const Sheet = ({
  detail,
  prepared,
  neighbours,
  stale,
}: {
  detail: ApprovalDetail;
  prepared: Prepared;
  neighbours: Neighbours;
  stale: Error | null;
}) => {
  const desk = useDesk(detail, prepared);
  const open = detail.item.status === 'pending';
  useViewed(detail.item.id, open && detail.item.mayDecide);
  const goOn = (id: string | null) => navigate(id === null ? '/' : reviewAddress(id));
  useIntents({
    approve: () => desk.prepare('approve'),
    reject: () => desk.prepare('reject'),
    edit: () => desk.prepare('modify'),
    comment: () => desk.prepare('comment'),
    claim: desk.claim,
    confirm: desk.confirm,
    next: () => goOn(neighbours.next),
    previous: () => goOn(neighbours.previous),
    back: () => (desk.mode === 'idle' ? navigate('/') : desk.cancel()),
  });
  useEffect(() => {
    document.title = `${open ? '' : 'Decided: '}${detail.item.toolName} · Holdpoint`;
  }, [open, detail.item.toolName]);

  return (
    <article className="review">
      <nav className="parts-nav" aria-label="Parts of this request">
        {PARTS.map((name, index) => (
          <a key={name} href={`#part-${index + 1}`}>
            <span aria-hidden="true">{index + 1}</span>
            {name}
          </a>
        ))}
      </nav>
      <div className="sheet">
        <ReviewHead detail={detail} desk={desk} />
        {stale !== null && (
          <Notice tone="warn" title="This may be old">
            <p>The console does not answer at the moment. What you decide is checked against the log before it counts.</p>
          </Notice>
        )}
        <Notices detail={detail} />
        <Outcome detail={detail} />
        <AfterReview detail={detail} />
        {desk.mode === 'modify' ? (
          <EditAction detail={detail} edit={desk.edit} refused={desk.decision.refusal?.errors ?? []} />
        ) : (
          <Executed detail={detail} shownAction={desk.shownAction} />
        )}
        <div className="pair">
          <WhyAsked detail={detail} />
          <TimeLeftPart detail={detail} />
        </div>
        <AgentSays detail={detail} />
        <ContextPart context={detail.context} erased={detail.contextErased === true} />
        <RecordPart detail={detail} />
        <KeepOrErase detail={detail} />
        {open ? <DecisionBar detail={detail} desk={desk} /> : <DecidedBar desk={desk} next={neighbours.next} />}
      </div>
    </article>
  );
};
