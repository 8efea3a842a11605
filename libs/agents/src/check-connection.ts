import type { ConnectionFault, ConnectionProvider } from '@holdpoint/contracts';
import type { Connection } from './agent.ts';
import { managedAgentsHeaders } from './claude-managed-agents/wire.ts';
import { langgraphHeaders } from './langchain/wire.ts';
import { agentsApiHeaders } from './openai-agents-api/wire.ts';
import { responsesHeaders } from './openai-responses/wire.ts';
import { callJson } from './reconcile.ts';

type Probe = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: unknown };
type Checked = { provider: ConnectionProvider; connection: Connection; model: string | null; fetch: typeof fetch };

/** A call of the very API the connection is for, which changes nothing and answers shortly whatever there is. */
const PROBES: Record<ConnectionProvider, (connection: Connection, model: string | null) => Probe> = {
  'openai.assistants': ({ apiKey }) => ({
    method: 'GET',
    path: '/assistants?limit=1',
    headers: { authorization: `Bearer ${apiKey}`, 'openai-beta': 'assistants=v2' },
  }),
  'openai.agentsApi': connection => ({ method: 'GET', path: '/agents/sessions?limit=1', headers: agentsApiHeaders(connection) }),
  'openai.responses': (connection, model) => ({
    method: 'GET',
    path: model === null ? '/models' : `/models/${encodeURIComponent(model)}`,
    headers: responsesHeaders(connection),
  }),
  'anthropic.managedAgents': connection => ({
    method: 'GET',
    path: '/v1/sessions?beta=true&limit=1',
    headers: managedAgentsHeaders(connection),
  }),
  langgraph: connection => ({ method: 'POST', path: '/threads/search', headers: langgraphHeaders(connection), body: { limit: 1 } }),
};

/**
 * Asks a provider whether it takes these credentials, and whether the API that is needed is there.
 * @param checked.model a model that has to be there, for providers that are asked with one; null otherwise
 * @param checked.fetch the guarded client's
 * @returns null when all is well; never rejects for what the network or the server does
 */
export const checkConnection = async ({ provider, connection, model, fetch }: Checked): Promise<ConnectionFault | null> => {
  const reply = await callJson({ connection, fetch }, PROBES[provider](connection, model));
  if (reply === null) return { pointer: '/baseUrl', detail: 'Nothing answers there, or it may not be called.' };
  const { status } = reply;
  if (status < 300) return null;
  if (status === 401 || status === 403) return { pointer: '/apiKey', detail: `The provider refuses this key (${status}).` };
  if (status === 404 && provider === 'openai.responses' && model !== null)
    return { pointer: '/template', detail: `The provider knows no model ${model} for this key, or the base URL is not its API’s (404).` };
  if (status === 404) return { pointer: '/baseUrl', detail: 'Something answers there, but it is not this API (404).' };
  return { pointer: '', detail: `The provider answers with ${status}; try again, or save without asking it.` };
};
