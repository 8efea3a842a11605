import { z } from 'zod';
import type { Json } from '@holdpoint/contracts';
import { knownProblem, problemOf, type Logger } from '@holdpoint/service-kit';
import type * as Library from '@modelcontextprotocol/server';
import type { CallToolResult, McpRequestContext, Server } from '@modelcontextprotocol/server';
import { declaresTasks, runTaskMethod, taskHandle, TASKS_EXTENSION, type TaskMethod } from './tasks.ts';
import { callTool, findTool, TOOLS } from './tools.ts';
import type { Call, ToolParts } from './tool.ts';

/** One HTTP request: whose it is, and what tools are made of. */
export type Exchange = { call: Call; parts: ToolParts; logger: Logger };

const IDENTITY = { name: 'holdpoint', title: 'Holdpoint', version: '1.0.0' };
const INSTRUCTIONS =
  'An approval gate. Before an irreversible, costly or sensitive action call request_human_approval and name the exact call in action_name and action_args_json. Only approved=true lets you act, once and exactly as approved. pending, an error or no answer are NOT an approval: call check_approval later, and never act meanwhile.';
/** JSON-RPC: a client that did not declare an extension used it (MCP 2026-07-28). */
const MISSING_CLIENT_CAPABILITY = -32_021;
const TASK_METHODS: readonly TaskMethod[] = ['tasks/get', 'tasks/update', 'tasks/cancel'];

/** The server for one request. The low-level one: tools are described by our own schemas and their arguments checked by our own parser. */
export const serverFor = (library: typeof Library, era: McpRequestContext['era'], exchange: Exchange): Server => {
  const modern = era === 'modern';
  const server = new library.Server(IDENTITY, {
    capabilities: { tools: {}, ...(modern && { extensions: { [TASKS_EXTENSION]: {} } }) },
    instructions: INSTRUCTIONS,
  });
  server.setRequestHandler('tools/list', () => ({ tools: TOOLS.map(({ definition }) => definition) as never }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const tool = findTool(params.name);
    if (tool === undefined)
      throw new library.ProtocolError(library.ProtocolErrorCode.InvalidParams, `There is no tool ${params.name.slice(0, 64)}`);
    const result = await callTool(tool, (params.arguments ?? {}) as Json, exchange.call, exchange.parts, exchange.logger);
    const pending = result.structuredContent?.['status'] === 'pending';
    const asTask = modern && tool.name === TOOLS[0]?.name && pending && declaresTasks({ _meta: mcpReq.envelope });
    if (asTask) return (await taskHandle(result.structuredContent!, exchange.call, exchange.parts)) as unknown as CallToolResult;
    return result as CallToolResult;
  });
  if (modern) serveTasks(library, server, exchange);
  return server;
};

const serveTasks = (library: typeof Library, server: Server, { call, parts, logger }: Exchange): void => {
  for (const method of TASK_METHODS)
    server.setRequestHandler(method, { params: z.looseObject({ taskId: z.string() }) }, async ({ taskId }, { mcpReq }) => {
      if (!declaresTasks({ _meta: mcpReq.envelope }))
        throw new library.ProtocolError(
          MISSING_CLIENT_CAPABILITY,
          `Declare the extension ${TASKS_EXTENSION} on every request about tasks`,
          {
            requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
          },
        );
      try {
        return await runTaskMethod(method, taskId, call, parts);
      } catch (error) {
        const { detail, code } = problemOf(error, logger, { method }).problem;
        const { InvalidParams, InternalError } = library.ProtocolErrorCode;
        throw new library.ProtocolError(knownProblem(error)?.problem.status === 503 ? InternalError : InvalidParams, detail, { code });
      }
    });
};
