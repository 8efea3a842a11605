import type { ApprovalDetail } from '@holdpoint/contracts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago, Clock } from '../time/clock.tsx';
import { JsonValue } from '../tree/json-value.tsx';
import { RelatedPart } from './related-part.tsx';
import { Section } from './section.tsx';
import { conversationIn } from './story.ts';
import { personName } from './words.ts';

const CALLBACK_WORDS = {
  none: 'No callback asked for',
  pending: 'Callback not delivered yet',
  delivered: 'Callback delivered',
  exhausted: 'Callback given up',
} as const;
const RESUME_WORDS = {
  none: 'No run to resume',
  pending: 'Run not resumed yet',
  resumed: 'Run resumed',
  impossible: 'Run cannot be resumed',
} as const;
const attempts = (count: number) => (count === 0 ? '' : count === 1 ? ', 1 attempt' : `, ${count} attempts`);

const Delivery = ({ detail }: { detail: ApprovalDetail }) => {
  const { callback, resume } = detail.delivery;
  return (
    <ul className="plain-list">
      <li className={`delivery ${callback.state}`}>
        {CALLBACK_WORDS[callback.state]}
        {attempts(callback.attempts)}
        {callback.nextAttemptAt !== null && (
          <span className="muted small">
            {' '}
            · next <Clock at={callback.nextAttemptAt} />
          </span>
        )}
      </li>
      <li className={`delivery ${resume.state}`}>
        {RESUME_WORDS[resume.state]}
        {attempts(resume.attempts)}
        {resume.nextAttemptAt !== null && (
          <span className="muted small">
            {' '}
            · next <Clock at={resume.nextAttemptAt} />
          </span>
        )}
      </li>
    </ul>
  );
};

const Alerts = ({ alerts }: { alerts: ApprovalDetail['alerts'] }) =>
  alerts.length === 0 ? (
    <p className="muted">Nobody has been alerted.</p>
  ) : (
    <ul className="plain-list">
      {alerts.map(alert => (
        <li key={`${alert.operator}${alert.channel}${alert.at}`} className={`alert-state ${alert.state}`}>
          <span>
            <AgentText text={alert.operator} /> <span className="muted">by {alert.channel}</span>
          </span>
          <span className="muted small">
            {alert.state} <Clock at={alert.at} />
            {alert.detail !== '' && (
              <>
                {' '}
                · <AgentText text={alert.detail} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );

const REMARK_WORDS = { comment: 'commented', question: 'asked the agent', answer: 'answered' } as const;

const Conversation = ({ detail }: { detail: ApprovalDetail }) => {
  const remarks = conversationIn(detail);
  if (remarks.length === 0) return null;
  return (
    <>
      <h3>Conversation</h3>
      <ol className="comments">
        {remarks.map(({ kind, by, at, text }) => (
          <li key={`${kind}${by.id}${at}`} className={kind}>
            <p className="muted small">
              <strong>
                <AgentText text={kind === 'answer' ? (detail.item.agentName ?? personName(by)) : personName(by)} />
              </strong>{' '}
              {REMARK_WORDS[kind]} <Ago at={at} />
              {kind === 'answer' && <span className="unverified"> written by the agent, unverified</span>}
            </p>
            <AgentText block text={text} />
          </li>
        ))}
      </ol>
    </>
  );
};

const History = ({ history }: { history: ApprovalDetail['history'] }) => (
  <ol className="history">
    {history.map(event => (
      <li key={event.id}>
        <details>
          <summary>
            <Clock at={event.at} />
            <span className="history-summary">
              <AgentText text={event.summary} />
            </span>
            <code className="muted">{event.type}</code>
          </summary>
          <p className="muted small">
            {event.stream} revision {event.revision}, by <AgentText text={event.actor} />
          </p>
          <JsonValue value={event.data} caption={`Data of ${event.type}`} />
        </details>
      </li>
    ))}
  </ol>
);

const Identifiers = ({ detail }: { detail: ApprovalDetail }) => {
  const rows: [string, string | null][] = [
    ['Request', detail.item.id],
    ['Source', detail.item.source],
    ['Agent', detail.item.agentId],
    ['Thread', detail.threadId],
    ['Run', detail.runId],
    ['Tool call', detail.toolCallId],
    ['On behalf of', detail.principal === null ? null : (detail.principal.display ?? detail.principal.id)],
    ['Action hash', detail.binding.actionHash],
    ['Binding hash', detail.binding.bindingHash],
    ...Object.entries(detail.labels).map(([name, value]): [string, string] => [`Label ${name}`, value]),
  ];
  return (
    <dl className="identifiers">
      {rows.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>
              <AgentText text={name} />
            </dt>
            <dd>
              <code>
                <AgentText text={value} />
              </code>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
};

/** Part 6: who was told, what was answered, and everything that happened. */
export const RecordPart = ({ detail }: { detail: ApprovalDetail }) => (
  <Section part={6} title="Alerts, delivery and history" className="record">
    <div className="record-columns">
      <div>
        <h3>Alerts</h3>
        {detail.reach?.state === 'nobody' && (
          <p className="alert-state failed" role="status">
            Nobody who may decide has heard of it: <AgentText text={detail.reach.reason ?? ''} />
          </p>
        )}
        <Alerts alerts={detail.alerts} />
      </div>
      <div>
        <h3>Answer to the agent</h3>
        <Delivery detail={detail} />
      </div>
    </div>
    <Conversation detail={detail} />
    <RelatedPart id={detail.item.id} />
    <h3>History</h3>
    <History history={detail.history} />
    <details className="facts">
      <summary>Identifiers and hashes</summary>
      <Identifiers detail={detail} />
    </details>
  </Section>
);
