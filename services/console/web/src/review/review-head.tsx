import type { ApprovalDetail } from '@holdpoint/contracts';
import { Link } from '../router/link.tsx';
import { ChevronLeft, RiskBars } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { amountText } from './amount.ts';
import { MoreMenu } from './more-menu.tsx';
import type { Desk } from './use-desk.ts';
import { decidedWords, personName, riskWords, verbWords } from './words.ts';

const Amount = ({ item }: { item: ApprovalDetail['item'] }) => {
  if (item.amount === null) return null;
  return (
    <span className="head-amount">
      {amountText(item.amount, item.currency) ?? <AgentText text={`${item.amount} ${item.currency ?? ''}`} />}
    </span>
  );
};

/** The request at a glance, and the verbs that do not decide it. */
export const ReviewHead = ({ detail, desk }: { detail: ApprovalDetail; desk: Desk }) => {
  const { item } = detail;
  const open = item.status === 'pending';
  return (
    <header className="review-head">
      <Link to="/" className="back">
        <ChevronLeft />
        Inbox
      </Link>
      <h1>
        <span className="tool-name">
          <AgentText text={item.toolName} />
        </span>
        <Amount item={item} />
      </h1>
      <p className="head-facts">
        <span className={`risk ${item.riskLevel}`}>
          <RiskBars level={item.riskLevel} />
          {riskWords(item.riskLevel)} risk
        </span>
        {!open && <span className={`outcome ${item.status}`}>{decidedWords(item.status)}</span>}
        <span className="muted">
          <AgentText text={item.agentName ?? item.agentId} /> asked <Ago at={item.requestedAt} />
        </span>
        {detail.legalHold != null && <span className="chip held">Legal hold</span>}
        {item.claimedBy !== null && (
          <span className="chip claimed">
            Claimed by <AgentText text={personName(item.claimedBy)} />
          </span>
        )}
      </p>
      {open && (
        <div className="head-verbs">
          <button
            type="button"
            className="button quiet"
            aria-disabled={!desk.can(desk.claimVerb)}
            title={desk.whyNotVerb(desk.claimVerb)}
            aria-keyshortcuts="C"
            onClick={desk.claim}
          >
            {verbWords(desk.claimVerb)}
          </button>
          <button
            type="button"
            className="button quiet"
            aria-disabled={!desk.can('comment')}
            title={desk.whyNotVerb('comment')}
            aria-keyshortcuts="M"
            onClick={() => desk.prepare('comment')}
          >
            Comment
          </button>
          <MoreMenu desk={desk} />
        </div>
      )}
    </header>
  );
};
