import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { CopyButton } from '../../text/copy-button.tsx';
import { Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import { PROVIDERS, type Connection } from './connection-form.ts';
import { SaveConnection } from './save-connection.tsx';

/** Connections: servers of agents that Holdpoint reaches itself, to resume runs and to look at sessions that wait. */
const ConnectionsPage = ({ rights: { admin } }: PartProps) => {
  const connections = useSetting<{ items: Connection[] }>('/api/connections');
  const items = connections.data?.items ?? [];
  const [chosen, setChosen] = useState<Connection | null>(null);
  return (
    <>
      <Listing query={connections} empty={items.length === 0 ? 'There is none: apps resume their runs themselves.' : null}>
        {items.map(connection => (
          <OneConnection key={connection.id} connection={connection} admin={admin} onChange={() => setChosen({ ...connection })} />
        ))}
      </Listing>
      {admin && <SaveConnection known={items} chosen={chosen} />}
    </>
  );
};
export default ConnectionsPage;

type Checked = { fault: { pointer: string; detail: string } | null };

const OneConnection = ({ connection, admin, onChange }: { connection: Connection; admin: boolean; onChange(): void }) => {
  const change = useChange();
  const removal = useChange();
  const [checked, setChecked] = useState<Checked | null>(null);
  const { id, provider, baseUrl } = connection;
  const check = async () => setChecked(await change.change<Checked>('POST', `/api/connections/${id}/check`, {}, 'Asked.'));
  return (
    <Panel title={id} intro={<AgentText text={baseUrl} />} aside={<span className="tag">{PROVIDERS[provider].name}</span>}>
      <Settings connection={connection} />
      {admin && (
        <div className="ask-row">
          <button type="button" className="button quiet" aria-label={`Change ${id}`} onClick={onChange}>
            Change
          </button>
          <AskFirst
            quiet
            label="Check"
            about={id}
            will="Asks the provider now whether it takes the stored key. Nothing is changed."
            busy={change.busy}
            run={check}
          />
          <AskFirst
            quiet
            label="Remove"
            about={id}
            will="Runs of this provider are not resumed by us any more, and its webhooks are refused; decisions stay at GET and wait."
            busy={removal.busy}
            run={() => removal.change('DELETE', `/api/connections/${id}`, undefined, 'Removed.')}
          />
        </div>
      )}
      <div className="said" role="status">
        {checked !== null && checked.fault === null && <p className="good-text">The provider takes the key.</p>}
        {checked !== null && checked.fault !== null && (
          <p className="bad-text">
            <AgentText text={checked.fault.detail} />
          </p>
        )}
        {checked === null && change.outcome?.kind === 'refused' && <p className="bad-text">{change.outcome.text}</p>}
      </div>
      <Said change={removal} />
    </Panel>
  );
};

/** What is set, in words; secrets only as whether they are. */
const Settings = ({ connection }: { connection: Connection }) => {
  const { agentId, endpointId, fallback, webhookSecretSet, previousWebhookSecretUntil, templateSet, hookUrl } = connection;
  const overlaps = previousWebhookSecretUntil !== null && Date.parse(previousWebhookSecretUntil) > Date.now();
  return (
    <>
      {hookUrl !== null && (
        <p className="hook-url">
          <span className="muted small">{webhookSecretSet ? 'Webhooks come to' : 'Webhooks would come to'}</span> <code>{hookUrl}</code>{' '}
          <CopyButton text={() => hookUrl} what="the address" />
        </p>
      )}
      {hookUrl !== null && (
        <p className="muted small">
          {webhookSecretSet && agentId !== null ? (
            <>
              What waits is asked about as the agent <strong>{agentId}</strong>
              {endpointId !== null && (
                <>
                  ; the endpoint <strong>{endpointId}</strong> is told as well
                </>
              )}
              .
            </>
          ) : (
            'They are refused until it has a webhook secret and an agent.'
          )}
          {overlaps && (
            <>
              {' '}
              The secret before counts until <Clock at={previousWebhookSecretUntil} />.
            </>
          )}
        </p>
      )}
      {connection.provider === 'openai.assistants' && (
        <p className="muted small">
          {fallback === 'newRunOnThread'
            ? 'Where a run is over before its answer, a new run on its thread begins with the decision.'
            : 'Where a run is over before its answer, the app hears the decision by its callback alone.'}
        </p>
      )}
      {connection.provider === 'openai.responses' && (
        <p className="muted small">
          {templateSet ? 'Responses are continued with the stored template.' : 'Nothing is continued until it has a template.'}
        </p>
      )}
    </>
  );
};
