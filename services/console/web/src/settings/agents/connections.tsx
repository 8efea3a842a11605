import type { CONNECTION_PROVIDERS } from '@holdpoint/contracts';
import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';

type Provider = (typeof CONNECTION_PROVIDERS)[number];
type Connection = { id: string; provider: Provider; baseUrl: string };

/** Each provider with its name, and the address its credentials usually go to. */
const PROVIDERS: Record<Provider, { name: string; baseUrl: string }> = {
  'openai.assistants': { name: 'OpenAI Assistants', baseUrl: 'https://api.openai.com/v1' },
  'openai.agentsApi': { name: 'OpenAI Agents API', baseUrl: 'https://api.openai.com/v1' },
  'anthropic.managedAgents': { name: 'Anthropic Managed Agents', baseUrl: 'https://api.anthropic.com' },
  langgraph: { name: 'LangGraph Server', baseUrl: '' },
};

/** Connections: credentials with which Holdpoint itself resumes paused runs. */
const ConnectionsPage = ({ rights: { admin } }: PartProps) => {
  const connections = useSetting<{ items: Connection[] }>('/api/connections');
  const items = connections.data?.items ?? [];
  const change = useChange();
  return (
    <>
      <Panel
        title="Connections"
        intro="With one, a paused run is resumed by Holdpoint itself once somebody has decided. Keys are stored sealed and never shown again."
      >
        <Listing query={connections} empty={items.length === 0 ? 'There is none: apps resume their runs themselves.' : null}>
          <ul className="setting-rows">
            {items.map(({ id, provider, baseUrl }) => (
              <li key={id}>
                <div className="row-text">
                  <strong>{id}</strong> <span className="tag">{PROVIDERS[provider].name}</span>
                  <p className="muted small">
                    <AgentText text={baseUrl} />
                  </p>
                </div>
                {admin && (
                  <AskFirst
                    quiet
                    label="Remove"
                    about={id}
                    will="Runs of this provider are not resumed by us any more; decisions stay at GET and wait."
                    busy={change.busy}
                    run={() => change.change('DELETE', `/api/connections/${id}`, undefined, 'Removed.')}
                  />
                )}
              </li>
            ))}
          </ul>
        </Listing>
        <Said change={change} />
      </Panel>
      {admin && <NewConnection taken={items.map(({ id }) => id)} />}
    </>
  );
};
export default ConnectionsPage;

const NewConnection = ({ taken }: { taken: readonly string[] }) => {
  const change = useChange();
  const [id, setId] = useState('');
  const [provider, setProvider] = useState<Provider>('openai.assistants');
  const [baseUrl, setBaseUrl] = useState(PROVIDERS['openai.assistants'].baseUrl);
  const [apiKey, setApiKey] = useState('');
  const missing = [id, baseUrl, apiKey].some(text => text.trim() === '');
  const add = async () => {
    const done = await change.change(
      'POST',
      '/api/connections',
      { id: id.trim(), provider, baseUrl: baseUrl.trim(), apiKey: apiKey.trim() },
      'Saved.',
    );
    if (done !== null) setApiKey('');
  };
  return (
    <Panel title="Add a connection" intro="A known id gets the new address and key.">
      <div className="setting-form">
        <Field label="Id" error={change.errorAt('/id')}>
          {props => <input {...props} spellCheck={false} value={id} onChange={event => setId(event.target.value)} />}
        </Field>
        <Field label="Provider" error={change.errorAt('/provider')}>
          {props => (
            <select
              {...props}
              value={provider}
              onChange={event => {
                const next = event.target.value as Provider;
                setProvider(next);
                setBaseUrl(PROVIDERS[next].baseUrl);
              }}
            >
              {Object.entries(PROVIDERS).map(([value, { name }]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Base URL" error={change.errorAt('/baseUrl')}>
          {props => <input {...props} type="url" value={baseUrl} onChange={event => setBaseUrl(event.target.value)} />}
        </Field>
        <Field label="API key" hint="Written, never shown." error={change.errorAt('/apiKey')}>
          {props => (
            <input
              {...props}
              type="password"
              autoComplete="new-password"
              value={apiKey}
              onChange={event => setApiKey(event.target.value)}
            />
          )}
        </Field>
      </div>
      <AskFirst
        label="Save the connection"
        will={
          taken.includes(id.trim())
            ? `Runs are resumed through ${id.trim()} with the new address and key from now on.`
            : `Requests may name ${id.trim()} and have their runs resumed with this key.`
        }
        whyNot={missing ? 'Fill in all of it.' : null}
        busy={change.busy}
        run={add}
      />
      <Said change={change} />
    </Panel>
  );
};
