import type { Directory, McpGateway } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from '../../approval-requested.ts';

/**
 * The MCP gateway an agent asked for, as the settings have it now. What is not there and what this agent may not use look the same.
 * @throws ProblemError 404 `not_found`; 403 `key_mode_mismatch` when the key is of the other mode
 */
export const findGateway = (directory: Pick<Directory, 'mcpGateway'>, { tenant, agentId, mode }: Caller, id: string): McpGateway => {
  const gateway = directory.mcpGateway(tenant, id);
  if (gateway === null || (gateway.agents !== null && !gateway.agents.includes(agentId)))
    throw new ProblemError('not_found', 404, 'There is no such MCP gateway, or this agent may not use it.');
  if (gateway.mode !== mode)
    throw new ProblemError(
      'key_mode_mismatch',
      403,
      `This MCP gateway takes ${gateway.mode} keys; what a ${mode} key asks must not run there.`,
    );
  return gateway;
};

/** Whether calls of a tool pass without asking. By exact name: what nobody named is gated. */
export const passesWithoutAsking = (gateway: McpGateway, tool: string): boolean => gateway.passThrough.includes(tool);
