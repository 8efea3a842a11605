// An MCP server over stdio whose dangerous tool is gated. While nobody has decided, a call answers "pending" after 20 s, and the same call
// made again finds the same approval.
import { Holdpoint } from '@holdpoint/sdk';
import { gatedHandler } from '@holdpoint/sdk/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const server = new McpServer({ name: 'shop', version: '1.0.0' });

server.registerTool(
  'issue_refund',
  { description: 'Gives money back.', inputSchema: { order_id: z.string(), amount: z.number() } },
  gatedHandler(holdpoint, {
    name: 'issue_refund',
    // One process of a stdio server serves one client.
    caller: () => `desk ${process.pid} ${process.env.SESSION ?? ''}`,
    describe: ({ order_id, amount }) => ({
      contextSummary: `Order ${order_id} arrived broken.`,
      proposedAction: `Refund $${amount}`,
      entityId: order_id,
      riskLevel: 'high',
    }),
    run: ({ amount }) => `refunded ${amount}`,
  }),
);
await server.connect(new StdioServerTransport());
