import type { InboxItem, RelatedApprovals } from '@holdpoint/contracts';
import { useRelated } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { amountText } from './amount.ts';
import { decidedWords, personName } from './words.ts';

const KINDS: readonly { kind: keyof RelatedApprovals; title: string }[] = [
  { kind: 'entity', title: 'About the same entity' },
  { kind: 'run', title: 'In the same run' },
  { kind: 'agent', title: 'By the same agent' },
];

const Earlier = ({ item }: { item: InboxItem }) => (
  <li>
    <Link to={reviewAddress(item.id)}>
      <AgentText text={item.toolName} />
      {item.amount !== null && ` ${amountText(item.amount, item.currency) ?? ''}`}
    </Link>{' '}
    <span className={`outcome ${item.status}`}>{decidedWords(item.status)}</span>
    <span className="muted small">
      {item.decidedBy !== null && (
        <>
          {' '}
          by <AgentText text={personName(item.decidedBy)} />
        </>
      )}{' '}
      · asked <Ago at={item.requestedAt} />
    </span>
  </li>
);

/** What was asked before, so that a third refund of one order is seen as the third. */
export const RelatedPart = ({ id }: { id: string }) => {
  const related = useRelated(id).data;
  const found = KINDS.filter(({ kind }) => (related?.[kind].length ?? 0) > 0);
  return (
    <div className="related">
      <h3>Earlier requests</h3>
      {related !== undefined && found.length === 0 && (
        <p className="muted">Nothing was asked before about this entity, in this run or by this agent.</p>
      )}
      <div className="record-columns">
        {found.map(({ kind, title }) => (
          <section key={kind} aria-label={title}>
            <h4>{title}</h4>
            <ul className="plain-list">
              {related?.[kind].map(item => (
                <Earlier key={item.id} item={item} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
};
