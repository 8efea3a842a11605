import { Link } from '../router/link.tsx';
import { Check } from '../shell/icons.tsx';
import { CopyButton } from '../text/copy-button.tsx';
import { Ago } from '../time/clock.tsx';
import { Listing, Panel } from './panel.tsx';
import { useSetting } from './use-setting.ts';

type Step = { name: 'channel' | 'address' | 'key' | 'request' | 'decision'; at: string | null };

/** What each step is, why, and where it is done. Checked off by what happened, never by a click. */
const STEPS: Record<Step['name'], { title: string; why: string; to: string | null; label: string }> = {
  channel: {
    title: 'Set a channel up',
    why: 'So that people hear of a request while they look elsewhere: mail, Telegram, Slack, or just this browser.',
    to: '/settings/channels',
    label: 'Channels',
  },
  address: {
    title: 'Prove an address of your own',
    why: 'Whoever answers from there is you. A browser proves itself.',
    to: '/settings/notifications',
    label: 'Where I am told',
  },
  key: { title: 'Use an API key', why: 'An agent’s app sends it with every request.', to: '/settings/agents', label: 'Agents and keys' },
  request: { title: 'Send a request', why: 'One HTTP call; the answer is 202 and an id.', to: null, label: '' },
  decision: { title: 'Decide it', why: 'Open it, read what would be executed, and approve or reject.', to: '/', label: 'The inbox' },
};

const EXAMPLE = `curl -X POST "$HOLDPOINT_URL/v1/approvals" \\
  -H "authorization: Bearer $HOLDPOINT_API_KEY" \\
  -H "content-type: application/json" \\
  -d '{
    "source": "custom", "runId": "first-run", "toolCallId": "call-1",
    "arguments": {
      "contextSummary": "The customer was charged twice.",
      "proposedAction": "Refund the second charge",
      "entityId": "order-4711", "riskLevel": "medium"
    },
    "action": { "name": "issue_refund",
      "args": { "order_id": "4711", "amount": 245, "currency": "USD" } }
  }'`;

/** The first-run guide: five steps to a first approval. */
const FirstStepsPage = () => {
  const steps = useSetting<{ items: Step[] }>('/api/first-steps');
  const items = steps.data?.items ?? [];
  const done = items.filter(({ at }) => at !== null).length;
  const next = items.find(({ at }) => at === null)?.name;
  return (
    <Panel
      title="To a first approval"
      intro="Each step is checked off by what really happened."
      aside={<span className="tag">{done} of 5</span>}
    >
      <Listing query={steps} empty={null}>
        <ol className="first-steps">
          {items.map(({ name, at }, index) => {
            const { title, why, to, label } = STEPS[name];
            return (
              <li
                key={name}
                className={at !== null ? 'done' : name === next ? 'next' : ''}
                aria-current={name === next ? 'step' : undefined}
              >
                <span className="step-mark" aria-hidden="true">
                  {at === null ? index + 1 : <Check />}
                </span>
                <div>
                  <h3>
                    {title} {at !== null && <span className="visually-hidden">(done)</span>}
                  </h3>
                  <p className="muted small">{why}</p>
                  {at !== null && Date.parse(at) > 0 && (
                    <p className="small good-text">
                      <Ago at={at} />
                    </p>
                  )}
                  {at === null && to !== null && (
                    <Link to={to} className="button quiet">
                      {label}
                    </Link>
                  )}
                  {at === null && name === 'request' && (
                    <div className="example">
                      <pre className="payload" tabIndex={0} aria-label="Example request">
                        {EXAMPLE}
                      </pre>
                      <CopyButton text={() => EXAMPLE} what="the example" />
                    </div>
                  )}
                </div>
              </li>
            );
          })}
        </ol>
      </Listing>
      {done === 5 && <p className="good-text">All five happened. From here on it is everyday work.</p>}
    </Panel>
  );
};
export default FirstStepsPage;
