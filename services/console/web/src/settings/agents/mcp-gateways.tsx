import type { newMcpGateway } from '@holdpoint/contracts';
import { useState } from 'react';
import type { z } from 'zod';
import { AgentText } from '../../text/agent-text.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import { GatewayForm } from './mcp-gateway-form.tsx';

/** An MCP gateway as the API shows it: of its credential only the header it goes in. */
export type Gateway = Omit<z.output<typeof newMcpGateway>, 'credential'> & { credential: { header: string } | null };

/** MCP gateways: servers whose tools agents reach through the gate. */
const McpGatewaysPage = ({ rights: { admin } }: PartProps) => {
  const gateways = useSetting<{ items: Gateway[] }>('/api/mcp-gateways');
  const items = gateways.data?.items ?? [];
  const change = useChange();
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <>
      <Panel
        title="MCP gateways"
        intro="MCP servers behind the gate: agents call their tools here, and a call that is not let through runs once it is approved, exactly as it was approved."
      >
        <Listing query={gateways} empty={items.length === 0 ? 'There is none: no MCP server is behind the gate.' : null}>
          <ul className="setting-rows">
            {items.map(gateway => (
              <li key={gateway.id}>
                <Row gateway={gateway} />
                {admin && (
                  <div className="row-actions">
                    <button type="button" className="button quiet" onClick={() => setEditing(gateway.id)}>
                      Change <span className="visually-hidden">{gateway.id}</span>
                    </button>
                    <AskFirst
                      quiet
                      label="Remove"
                      about={gateway.id}
                      will="No agent reaches this server through the gate any more; what waits for approval does not run."
                      busy={change.busy}
                      run={() => change.change('DELETE', `/api/mcp-gateways/${gateway.id}`, undefined, 'Removed.')}
                    />
                  </div>
                )}
              </li>
            ))}
          </ul>
        </Listing>
        <Said change={change} />
      </Panel>
      {admin && (
        <GatewayForm
          key={editing ?? ''}
          known={items.find(({ id }) => id === editing) ?? null}
          taken={items.map(({ id }) => id)}
          done={() => setEditing(null)}
        />
      )}
    </>
  );
};
export default McpGatewaysPage;

const Row = ({ gateway: { id, name, url, mode, agents, passThrough, credential } }: { gateway: Gateway }) => (
  <div className="row-text">
    <strong>{name}</strong> <span className="tag">{id}</span> {mode === 'test' && <span className="tag">test</span>}
    <p className="muted small">
      <AgentText text={url} />
    </p>
    <p className="muted small">
      {agents === null ? 'Every agent may use it.' : `For ${agents.join(', ')}.`}{' '}
      {passThrough.length === 0 ? 'Every tool is gated.' : `Without asking: ${passThrough.join(', ')}; every other tool is gated.`}{' '}
      {credential === null ? 'It is shown no credential.' : `It is shown a credential in the header ${credential.header}.`}
    </p>
    <p className="muted small">
      Agents connect to <code>/mcp/gateway/{id}</code> of the agents’ API.
    </p>
  </div>
);
