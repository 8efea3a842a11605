// The Claude Agent SDK: the gate is a hook, which sees every call, those too that a rule of the session allows.
import { createSdkMcpServer, query, tool } from '@anthropic-ai/claude-agent-sdk';
import { Holdpoint } from '@holdpoint/sdk';
import { gateClaude } from '@holdpoint/sdk/claude-agent';
import { z } from 'zod';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const gate = gateClaude(holdpoint, {
  gated: ['mcp__shop__issue_refund'],
  describe: ({ order_id, amount }) => ({
    contextSummary: `Order ${order_id} arrived broken.`,
    proposedAction: `Refund $${amount}`,
    entityId: order_id,
    riskLevel: 'high',
  }),
});

const refund = tool('issue_refund', 'Gives money back.', { order_id: z.string(), amount: z.number() }, async ({ amount }) => ({
  content: [{ type: 'text', text: `refunded ${amount}` }],
}));
const session = query({
  prompt: 'Order A-1 arrived broken. Refund $50.',
  options: {
    mcpServers: { shop: createSdkMcpServer({ name: 'shop', tools: [refund] }) },
    hooks: gate.hooks,
    // Claude Code comes with the package; name another one here.
    ...(process.env.CLAUDE_CODE_PATH && { pathToClaudeCodeExecutable: process.env.CLAUDE_CODE_PATH }),
  },
});
for await (const message of session) if (message.type === 'result') console.log(message.result);
