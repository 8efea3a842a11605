import {
  LIMITS,
  RISK_LEVELS,
  type ApprovalRequest,
  type GatedTool,
  type Json,
  type JsonObject,
  type RiskLevel,
} from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import { canonicalJson, sha256Hex } from '@holdpoint/sealing';
import type { UpstreamTool } from './upstream.ts';

/** Labels that rules and people read: which gateway, and exactly which definition of the tool was asked about. */
export const GATEWAY_LABEL = 'mcpGateway';
export const DEFINITION_LABEL = 'mcpToolDefinition';

export type GatedCall = { gateway: McpGateway; tool: UpstreamTool; args: JsonObject; client: string | undefined };

/**
 * The request for one exact call of a gated tool.
 * What a server says of its own tool may raise the risk; nothing it or the agent says lowers it.
 */
export const requestForCall = ({ gateway, tool, args, client }: GatedCall): ApprovalRequest => {
  const named = Object.hasOwn(gateway.tools, tool.name) ? gateway.tools[tool.name]! : {};
  const argsSchema = schemaOf(tool);
  return {
    source: 'mcp',
    arguments: {
      contextSummary: cut(
        `A call of ${tool.name} on the MCP server ${gateway.name}. ${typeof tool['description'] === 'string' ? `The server says of it: ${tool['description']}` : 'The server says nothing of it.'}`,
      ),
      proposedAction: cut(`${tool.name} ${JSON.stringify(args)}`),
      entityId: entityIn(named, args) ?? `${gateway.gatewayId}/${tool.name}`.slice(0, LIMITS.agentIdCharsMax),
      riskLevel: riskOf(named, tool),
      ...amountIn(named, args),
    },
    action: { name: tool.name, args },
    // An edit that nothing can check is not offered.
    ...(argsSchema === undefined ? { allowedDecisions: ['approve', 'reject'] } : { argsSchema }),
    labels: {
      [GATEWAY_LABEL]: gateway.gatewayId,
      [DEFINITION_LABEL]: definitionHash(gateway, tool),
      ...(client !== undefined && { mcpClient: client }),
    },
  };
};

/**
 * SHA-256 of what an approval of a tool takes for granted: where its server is, and how that describes the tool. Approved under another one, a
 * call does not run: the same name may do something else by now.
 */
export const definitionHash = ({ url }: Pick<McpGateway, 'url'>, tool: UpstreamTool): string => {
  const { name, title = null, description = null, inputSchema = null, annotations = null } = tool;
  return sha256Hex(canonicalJson({ url, name, title, description, inputSchema, annotations }));
};

const schemaOf = ({ inputSchema }: UpstreamTool): JsonObject | undefined =>
  Buffer.byteLength(JSON.stringify(inputSchema ?? null)) <= LIMITS.argsSchemaBytesMax ? (inputSchema as JsonObject | undefined) : undefined;

const riskOf = (named: GatedTool, { annotations }: UpstreamTool): RiskLevel => {
  const claimed = (annotations as JsonObject | undefined)?.['destructiveHint'] === true ? 'high' : 'medium';
  const levels: RiskLevel[] = [claimed, named.riskLevel ?? 'low'];
  return levels.toSorted((a, b) => RISK_LEVELS.indexOf(a) - RISK_LEVELS.indexOf(b)).at(-1)!;
};

const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/;

const amountIn = (named: GatedTool, args: JsonObject): { amount?: number; currency?: string } => {
  const value = at(args, named.amount);
  const amount = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  const currency = at(args, named.currency);
  return {
    ...(typeof amount === 'number' && { amount }),
    ...(typeof currency === 'string' && currency.length <= 16 && { currency }),
  };
};

const entityIn = (named: GatedTool, args: JsonObject): string | undefined => {
  const value = at(args, named.entity);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return String(value).slice(0, LIMITS.agentIdCharsMax) || undefined;
};

/** What a JSON Pointer (RFC 6901) leads to; undefined where it leads nowhere. */
const at = (args: JsonObject, pointer: string | undefined): Json | undefined => {
  if (pointer === undefined) return undefined;
  let value: Json | undefined = args;
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, Json>)[name];
  }
  return value;
};

const cut = (text: string): string => (text.length > LIMITS.summaryCharsMax ? `${text.slice(0, LIMITS.summaryCharsMax - 6)} [cut]` : text);
