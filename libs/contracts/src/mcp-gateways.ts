import { z } from 'zod';
import { instant, riskLevel, settingId } from './ids.ts';
import { LIMITS } from './limits.ts';

/** An agent waits for the answer, and most MCP clients give up after 60 s. Seconds. */
export const GATEWAY_TIMEOUT_SEC_MAX = 55;

/** A tool's name as its MCP server has it, letter for letter. */
const toolName = z.string().min(1).max(LIMITS.toolNameCharsMax);

/** JSON Pointer (RFC 6901) into a tool's arguments. */
const argumentPointer = z
  .string()
  .max(256)
  .regex(/^(\/([^~/]|~[01])*)+$/, 'must be a JSON Pointer such as /order/amount');

/** Where a gated tool's arguments say what rules look at, and how risky it is at least. */
export const gatedTool = z.strictObject({
  amount: argumentPointer.optional(),
  currency: argumentPointer.optional(),
  entity: argumentPointer.optional(),
  /** Only ever raises what a call counts as. */
  riskLevel: riskLevel.optional(),
});
export type GatedTool = z.infer<typeof gatedTool>;

/** What everybody who reads settings may know of an MCP server behind the gate. */
const publicPart = {
  name: z.string().trim().min(1).max(128),
  /** Keys of this mode may use it: what is only tried out must not act for real. */
  mode: z.enum(['live', 'test']).default('live'),
  /** Agents that may use it; null: every agent of the organisation. */
  agents: z.array(z.string().min(1).max(128)).min(1).max(100).nullable().default(null),
  /** Tools whose calls pass without asking; every other one is gated. */
  passThrough: z.array(toolName).max(500).default([]),
  tools: z
    .record(toolName, gatedTool)
    .refine(tools => Object.keys(tools).length <= 500, 'at most 500 tools')
    .default({}),
  /** How long the MCP server may take to answer one call, seconds. */
  timeoutSec: z.int().min(1).max(GATEWAY_TIMEOUT_SEC_MAX).default(30),
  /** How long a repeated call is answered with the result that is on record, seconds. */
  resultKeptSec: z.int().min(0).max(604_800).default(900),
};

const TRANSPORT_HEADERS = /^(host|connection|content-.*|transfer-encoding|accept.*|keep-alive|upgrade|expect|te|trailer|mcp-.*)$/i;
const secret = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be visible ASCII characters');

/** What the MCP server is to be shown: a bearer token, or a header of its own. */
export const gatewayCredential = z.union([
  z.strictObject({ bearer: secret.max(8_000) }),
  z.strictObject({
    header: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
      .refine(name => !TRANSPORT_HEADERS.test(name), 'is set by the gateway itself'),
    value: secret.max(8_000),
  }),
]);

/** `POST /api/mcp-gateways`: sets all of it. Left out, the credential stays; null takes it away. */
export const newMcpGateway = z.strictObject({
  id: settingId,
  url: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax),
  credential: gatewayCredential.nullable().optional(),
  ...publicPart,
});

/** Stream `organization-<organizationId>`: an MCP server that agents reach through the gate. */
export const mcpGatewayEvents = {
  McpGatewaySet: z.strictObject({
    gatewayId: settingId,
    url: z.string().max(LIMITS.urlCharsMax),
    ...publicPart,
    by: z.string(),
    at: instant,
    private: z.strictObject({ credential: z.strictObject({ header: z.string(), value: z.string() }).nullable() }),
  }),
  McpGatewayRemoved: z.strictObject({ gatewayId: settingId, by: z.string(), at: instant }),
} as const;
