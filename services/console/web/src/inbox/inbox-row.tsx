import type { InboxItem } from '@holdpoint/contracts';
import { type FocusEventHandler, memo } from 'react';
import { amountText } from '../review/amount.ts';
import { decidedWords, personName, riskWords } from '../review/words.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { Person, RiskBars } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago, Clock, Countdown } from '../time/clock.tsx';

/** Characters of the agent's summary in a row; the review page shows all of it. */
const SUMMARY_CHARS_SHOWN = 240;

const Amount = ({ item }: { item: InboxItem }) => {
  if (item.amount === null) return null;
  const text = amountText(item.amount, item.currency);
  return <span className="row-amount">{text ?? <AgentText text={`${item.amount} ${item.currency ?? ''}`} />}</span>;
};

const State = ({ item }: { item: InboxItem }) => {
  if (typeof item.snoozedUntil === 'string')
    return (
      <span className="chip">
        Back at <Clock at={item.snoozedUntil} />
      </span>
    );
  if (item.phase === 'gating') return <span className="chip">Rules are being checked</span>;
  if (item.claimedBy !== null)
    return (
      <span className="chip claimed" title={`Claimed by ${personName(item.claimedBy)}`}>
        <Person />
        {personName(item.claimedBy)}
      </span>
    );
  if (item.escalationLevel > 0) return <span className="chip warn">Escalated, level {item.escalationLevel}</span>;
  if (item.verdict === 'LIKELY_REJECT') return <span className="chip warn">Likely reject</span>;
  if (item.verdict === 'ESCALATE_SENIOR') return <span className="chip">Senior review</span>;
  return null;
};

const When = ({ item }: { item: InboxItem }) =>
  item.phase === 'decided' ? (
    <span className="row-when">
      <span className={`outcome ${item.status}`}>{decidedWords(item.status)}</span>
      <span className="muted small">
        {item.decidedBy && <AgentText text={personName(item.decidedBy)} />} · {item.decidedAt !== null && <Ago at={item.decidedAt} />}
      </span>
    </span>
  ) : (
    <span className="row-when">
      <Countdown until={item.expiresAt} />
      {item.escalateAt !== null && (
        <span className="muted small">
          <Countdown until={item.escalateAt} prefix="escalates in" />
        </span>
      )}
    </span>
  );

/** One request in the list: a link, so that open in a new tab, copy address and screen readers work as everywhere. */
export const InboxRow = memo(({ item, onFocus }: { item: InboxItem; onFocus: FocusEventHandler }) => (
  <Link to={reviewAddress(item.id)} className="row" data-id={item.id} onFocus={onFocus}>
    <span className={`risk ${item.riskLevel}`}>
      <RiskBars level={item.riskLevel} />
      {riskWords(item.riskLevel)}
    </span>
    <span className="row-main">
      <span className="row-title">
        <span className="tool-name">
          <AgentText text={item.toolName} />
        </span>
        <Amount item={item} />
      </span>
      <span className="row-summary">
        <AgentText text={item.contextSummary.slice(0, SUMMARY_CHARS_SHOWN)} />
      </span>
    </span>
    <span className="row-agent">
      <AgentText text={item.agentName ?? item.agentId} />
    </span>
    <span className="row-state">
      <State item={item} />
      {item.phase === 'review' && !item.mayDecide && <span className="muted small">not for you to decide</span>}
    </span>
    <When item={item} />
  </Link>
));
