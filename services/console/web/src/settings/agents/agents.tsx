import { useState } from 'react';
import { useColleagues } from '../../api/queries.ts';
import { AgentText } from '../../text/agent-text.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import { AgentKeys, type ApiKey } from './agent-keys.tsx';
import { CallbackHosts } from './callback-hosts.tsx';

type Agent = { id: string; name: string; ownerId: string; callbackHosts: string[] };

/** Agents: who asks, with which keys, and where they may be answered. */
const AgentsPage = ({ rights: { admin } }: PartProps) => {
  const agents = useSetting<{ items: Agent[] }>('/api/agents');
  const apiKeys = useSetting<{ items: ApiKey[] }>('/api/api-keys');
  const people = useColleagues().data?.items ?? [];
  const items = agents.data?.items ?? [];
  return (
    <>
      <Listing query={agents} empty={items.length === 0 ? 'No agent is registered.' : null}>
        {items.map(agent => (
          <Panel
            key={agent.id}
            title={agent.name}
            intro={<AgentText text={`${agent.id} · owned by ${people.find(({ id }) => id === agent.ownerId)?.name ?? agent.ownerId}`} />}
          >
            <AgentKeys agent={agent} apiKeys={(apiKeys.data?.items ?? []).filter(({ agentId }) => agentId === agent.id)} admin={admin} />
            <CallbackHosts agentId={agent.id} name={agent.name} hosts={agent.callbackHosts} admin={admin} />
          </Panel>
        ))}
      </Listing>
      {admin && <NewAgent />}
    </>
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
    <Panel
      title="Register an agent"
      intro="Whoever registers it owns it: an owner does not decide what their own agent asks, except in solo mode."
    >
      <div className="setting-form">
        <Field label="Id" hint="Letters, digits, underscores; for ever." error={change.errorAt('/id')}>
          {props => <input {...props} spellCheck={false} value={id} onChange={event => setId(event.target.value)} />}
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
    </Panel>
  );
};
