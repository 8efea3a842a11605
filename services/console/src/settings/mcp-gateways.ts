import { streamOf, type newMcpGateway } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import { checkTarget, EgressError } from '@holdpoint/egress';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { gatewayItem } from './list-settings.ts';

type Wanted = z.output<typeof newMcpGateway>;

/**
 * Puts an MCP server behind the gate, or sets anew what holds for one. A credential that is left out stays, but never follows the gateway to
 * another origin: whoever may change the address must not learn the secret by it.
 * @returns the gateway without its secret
 * @throws ProblemError 422 that names the member
 */
export const setMcpGateway =
  (deps: SettingsDeps) =>
  async (by: Changer, { id: gatewayId, credential, ...wanted }: Wanted) => {
    checkUrl(wanted.url);
    checkTools(wanted);
    checkAgents(deps, by, wanted.agents);
    const shown = credentialFor(credential, wanted.url, deps.directory.mcpGateway(by.tenant, gatewayId));
    const gateway = { gatewayId, ...wanted };
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'McpGatewaySet', data: { ...gateway, by: by.operatorId, at, private: { credential: shown } } },
    ]);
    return gatewayItem({ ...gateway, tenant: by.tenant, credential: shown });
  };

/** Takes an MCP server away from the gate: no agent reaches it any more. @throws ProblemError 404 */
export const removeMcpGateway =
  (deps: SettingsDeps) =>
  async (by: Changer, gatewayId: string): Promise<void> => {
    if (!deps.directory.mcpGateway(by.tenant, gatewayId)) throw new ProblemError('not_found', 404, 'There is no such MCP gateway.');
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'McpGatewayRemoved', data: { gatewayId, by: by.operatorId, at } },
    ]);
  };

/** Its form only: where it leads is looked at each time it is called. */
const checkUrl = (url: string): void => {
  try {
    checkTarget(url);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw refuse('/url', error.message);
  }
};

const checkTools = ({ passThrough, tools }: Pick<Wanted, 'passThrough' | 'tools'>): void => {
  const both = passThrough.findIndex(name => Object.hasOwn(tools, name));
  if (both >= 0) throw refuse(`/passThrough/${both}`, 'passes without asking, so nothing under tools can hold for it');
};

const checkAgents = ({ directory }: SettingsDeps, { tenant }: Changer, agents: Wanted['agents']): void => {
  const unknown = agents?.findIndex(agentId => directory.agent(agentId)?.tenant !== tenant) ?? -1;
  if (unknown >= 0) throw refuse(`/agents/${unknown}`, 'is no agent of this organisation; register it first');
};

const credentialFor = (wanted: Wanted['credential'], url: string, known: McpGateway | null): McpGateway['credential'] => {
  if (wanted === null) return null;
  if (wanted !== undefined)
    return 'bearer' in wanted
      ? { header: 'authorization', value: `Bearer ${wanted.bearer}` }
      : { header: wanted.header.toLowerCase(), value: wanted.value };
  if (known?.credential == null) return null;
  if (new URL(known.url).origin !== new URL(url).origin)
    throw refuse('/credential', 'must be given again or taken away (null): the one on record is not sent to another origin');
  return known.credential;
};

const refuse = (pointer: string, detail: string): ProblemError =>
  new ProblemError('invalid_body', 422, `The MCP gateway cannot be set: ${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
