import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { Ago, Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import { Secret } from '../secret.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';

type ApiKey = { id: string; agentId: string; mode: 'live' | 'test'; issuedAt: string; expiresAt: string | null; revoked: boolean };
type Agent = { id: string; name: string; ownerId: string };

const State = ({ revoked, expiresAt }: { revoked: boolean; expiresAt: string | null }) =>
  revoked ? (
    <span className="tag">revoked</span>
  ) : expiresAt === null ? null : (
    <span className="tag">
      until <Clock at={expiresAt} />
    </span>
  );

/** Agents and their API keys. */
const AgentsPage = ({ rights: { admin } }: PartProps) => {
  const agents = useSetting<{ items: Agent[] }>('/api/agents');
  const apiKeys = useSetting<{ items: ApiKey[] }>('/api/api-keys');
  const change = useChange();
  const [apiKey, setApiKey] = useState<string | null>(null);
  const items = agents.data?.items ?? [];
  const issue = (agentId: string, mode: 'live' | 'test') => async () => {
    const made = await change.change<{ apiKey: string }>('POST', '/api/api-keys', { agentId, mode }, 'Issued.');
    if (made !== null) setApiKey(made.apiKey);
  };
  return (
    <Panel title="Agents and their API keys" intro="Test keys see what test keys asked, live keys what live keys asked.">
      <Said change={change} />
      {apiKey !== null && <Secret what="The API key" value={apiKey} />}
      <Listing query={agents} empty={items.length === 0 ? 'No agent is registered.' : null}>
        {items.map(agent => (
          <div key={agent.id} className="agent-keys">
            <h3>
              <AgentText text={agent.name} /> <code>{agent.id}</code>
            </h3>
            <ul className="setting-rows">
              {(apiKeys.data?.items ?? [])
                .filter(({ agentId, revoked }) => agentId === agent.id && !revoked)
                .map(({ id, mode, issuedAt, expiresAt, revoked }) => (
                  <li key={id}>
                    <div className="row-text">
                      <code>{id}</code>
                      <span className={`tag ${mode === 'live' ? 'good' : ''}`}>{mode}</span>
                      <State revoked={revoked} expiresAt={expiresAt} />
                      <p className="muted small">
                        issued <Ago at={issuedAt} />
                      </p>
                    </div>
                    {admin && (
                      <AskFirst
                        quiet
                        label="Revoke"
                        will={`${agent.name} is refused with this key from the next request on.`}
                        busy={change.busy}
                        run={() => change.change('DELETE', `/api/api-keys/${id}`, undefined, 'Revoked.')}
                      />
                    )}
                  </li>
                ))}
            </ul>
            {admin && (
              <div className="ask-row">
                <AskFirst
                  quiet
                  label="New live key"
                  will={`Makes a key with which ${agent.name} asks for real.`}
                  busy={change.busy}
                  run={issue(agent.id, 'live')}
                />
                <AskFirst
                  quiet
                  label="New test key"
                  will={`Makes a key with which ${agent.name} asks without effect.`}
                  busy={change.busy}
                  run={issue(agent.id, 'test')}
                />
              </div>
            )}
          </div>
        ))}
      </Listing>
      {admin && <NewAgent />}
    </Panel>
  );
};

export default AgentsPage;

const NewAgent = () => {
  const change = useChange();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const register = async () => {
    const done = await change.change('POST', '/api/agents', { id: id.trim(), name: name.trim() }, `${name.trim()} is registered.`);
    if (done === null) return;
    setId('');
    setName('');
  };
  return (
    <details className="setting-more">
      <summary>Register an agent</summary>
      <div className="setting-form">
        <Field label="Id" error={change.errorAt('/id')}>
          {props => <input {...props} value={id} onChange={event => setId(event.target.value)} />}
        </Field>
        <Field label="Name" error={change.errorAt('/name')}>
          {props => <input {...props} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
      </div>
      <AskFirst
        label="Register"
        will={`Registers ${name.trim()} with you as its owner; it needs a key to ask.`}
        whyNot={id.trim() === '' || name.trim() === '' ? 'Give an id and a name.' : null}
        busy={change.busy}
        run={register}
      />
      <Said change={change} />
    </details>
  );
};
