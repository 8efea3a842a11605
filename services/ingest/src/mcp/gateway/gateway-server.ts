import type { JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import type { Logger } from '@holdpoint/service-kit';
import type * as Library from '@modelcontextprotocol/server';
import type { CallToolResult, McpRequestContext, Server } from '@modelcontextprotocol/server';
import type { Call } from '../tool.ts';
import { callTool } from './call-tool.ts';
import type { GatewayParts } from './gated-call.ts';
import { listTools } from './list-tools.ts';
import { UpstreamFailed } from './upstream-failed.ts';

/** One HTTP request to an MCP server behind the gate. `key`: what the client gave in `_meta` to make the same call anew. */
export type GatewayExchange = { gateway: McpGateway; key: string | undefined; call: Call; parts: GatewayParts; logger: Logger };

const INSTRUCTIONS =
  'Tools of another MCP server, behind an approval gate. A call whose answer has status pending was NOT run: go on with other work, call check_approval with its approvalId, and once it is approved call the same tool again with exactly the same arguments. It then runs, once. pending, an error or no answer never mean that it ran.';

/** The server for one request: it offers the tools of the one behind the gate and nothing else of it. */
export const gatewayServer = (library: typeof Library, _era: McpRequestContext['era'], exchange: GatewayExchange): Server => {
  const { gateway, key, call, parts, logger } = exchange;
  const server = new library.Server(
    { name: 'holdpoint', title: `${gateway.name}, behind Holdpoint`, version: '1.0.0' },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', async ({ params }) => {
    try {
      return (await parts.upstream.with(gateway, session => listTools(gateway, session, params?.cursor))) as never;
    } catch (error) {
      if (!(error instanceof UpstreamFailed)) throw error;
      logger.warn(
        { gateway: gateway.gatewayId, fate: error.fate, detail: error.message },
        'the tools of an MCP server could not be listed',
      );
      throw new library.ProtocolError(library.ProtocolErrorCode.InternalError, error.message, { code: 'upstream_failed' });
    }
  });
  server.setRequestHandler('tools/call', async ({ params }) => {
    const asked = { gateway, tool: params.name, args: (params.arguments ?? {}) as JsonObject, key };
    return (await callTool(asked, call, parts, logger)) as CallToolResult;
  });
  return server;
};
