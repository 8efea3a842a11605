import type { InboxPage } from '@holdpoint/contracts';
import { Link } from '../router/link.tsx';
import { addressOf, type InboxFilters } from './inbox-filters.ts';

const FIRST_REQUEST = `curl -X POST "$HOLDPOINT_URL/v1/approvals" \\
  -H "authorization: Bearer $HOLDPOINT_API_KEY" \\
  -H "content-type: application/json" \\
  -d '{
    "source": "custom",
    "runId": "first-run", "toolCallId": "call-1",
    "arguments": {
      "contextSummary": "The customer was charged twice.",
      "proposedAction": "Refund the second charge",
      "entityId": "order-4711", "riskLevel": "medium"
    },
    "action": { "name": "issue_refund",
      "args": { "order_id": "4711", "amount": 245, "currency": "USD" } }
  }'`;

const FirstRequest = () => (
  <section className="empty">
    <h2>Send the first request</h2>
    <p>
      Nothing has been asked yet. An agent’s app asks with one HTTP call; its address and API key are in <code>credentials.json</code> in
      the data folder.
    </p>
    <pre tabIndex={0} aria-label="Example request">
      {FIRST_REQUEST}
    </pre>
    <p className="muted">The request appears here by itself. Small, low-risk ones are approved by the default rules and go to “Decided”.</p>
  </section>
);

/** An empty list always says why it is empty and what to do next. */
export const EmptyInbox = ({
  filters,
  filtered,
  counts,
}: {
  filters: InboxFilters;
  filtered: boolean;
  counts: InboxPage['counts'] | undefined;
}) => {
  if (filtered)
    return (
      <section className="empty">
        <h2>Nothing matches these filters</h2>
        <p>
          <Link to={addressOf({ view: filters.view })}>Clear the filters</Link>
        </p>
      </section>
    );
  if (counts && counts.all + counts.decided === 0) return <FirstRequest />;
  if (filters.view === 'mine' && counts && counts.all > 0)
    return (
      <section className="empty">
        <h2>Nothing waits for you</h2>
        <p>
          {counts.all.toLocaleString('en')} open {counts.all === 1 ? 'request is' : 'requests are'} for other people.{' '}
          <Link to={addressOf({ view: 'all' })}>See all open requests</Link>
        </p>
      </section>
    );
  if (filters.view === 'snoozed')
    return (
      <section className="empty">
        <h2>Nothing is snoozed</h2>
        <p>
          Press <kbd>S</kbd> on a request to put it out of your sight for a while. Neither its deadline nor its escalation waits.
        </p>
      </section>
    );
  return (
    <section className="empty">
      <h2>{filters.view === 'decided' ? 'Nothing has been decided yet' : 'All caught up'}</h2>
      <p>New requests appear here by themselves.</p>
    </section>
  );
};
