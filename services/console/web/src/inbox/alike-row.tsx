import type { InboxItem } from '@holdpoint/contracts';
import { amountText } from '../review/amount.ts';
import { riskWords } from '../review/words.ts';
import { RiskBars } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Countdown } from '../time/clock.tsx';

/** `20.00 USD to 245.00 USD`; null where they name none, or different currencies. */
const rangeOf = (items: readonly InboxItem[]): string | null => {
  const amounts = items.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  const [currency] = new Set(items.map(item => item.currency));
  if (amounts.length !== items.length || new Set(items.map(item => item.currency)).size > 1) return null;
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)].map(amount => amountText(amount, currency ?? null));
  return least == null || most == null ? null : least === most ? least : `${least} to ${most}`;
};

type Props = { id: string; items: InboxItem[]; open: boolean; onToggle: () => void; onFocus: () => void };

/** Several requests that ask for the same of different things, as one line that opens. */
export const AlikeRow = ({ id, items, open, onToggle, onFocus }: Props) => {
  const [first] = items;
  if (first === undefined) return null;
  const range = rangeOf(items);
  const due = items.reduce((least, { expiresAt }) => (expiresAt < least ? expiresAt : least), first.expiresAt);
  return (
    <button type="button" className="row alike" data-id={id} aria-expanded={open} onClick={onToggle} onFocus={onFocus}>
      <span className={`risk ${first.riskLevel}`}>
        <RiskBars level={first.riskLevel} />
        {riskWords(first.riskLevel)}
      </span>
      <span className="row-main">
        <span className="row-title">
          <span className="tool-name">
            <AgentText text={first.toolName} />
          </span>
          {range !== null && <span className="row-amount">{range}</span>}
        </span>
        <span className="row-summary">
          <AgentText text={first.proposedAction} />
        </span>
      </span>
      <span className="row-agent">
        <AgentText text={first.agentName ?? first.agentId} />
      </span>
      <span className="row-state">
        <span className="chip">
          {items.length} alike, {open ? 'fold' : 'show each'}
        </span>
      </span>
      <span className="row-when">
        <Countdown until={due} />
        <span className="muted small">the first of them</span>
      </span>
    </button>
  );
};
