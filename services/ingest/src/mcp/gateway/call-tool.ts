import type { Json } from '@holdpoint/contracts';
import { problemOf, ProblemError, type Logger } from '@holdpoint/service-kit';
import { loadApproval } from '../../read-approval.ts';
import type { Call, Tool, ToolParts } from '../tool.ts';
import { callTool as callOwnTool, type ToolResult } from '../tools.ts';
import { GATEWAY_LABEL } from './ask-for-call.ts';
import { passesWithoutAsking } from './find-gateway.ts';
import { callGated, type Asked, type GatewayParts } from './gated-call.ts';
import { findOwnTool } from './list-tools.ts';
import { UpstreamFailed } from './upstream-failed.ts';
import { gatewayAnswer, notRunResult, unknownResult } from './words.ts';

/** Calls a tool through a gateway: ours, one that passes, or a gated one. What went wrong is said to the model. Never rejects. */
export const callTool = async (asked: Asked, call: Call, parts: GatewayParts, logger: Logger): Promise<ToolResult> => {
  const own = findOwnTool(asked.tool);
  if (own !== undefined) return callOwn(own, asked, call, parts, logger);
  try {
    return await (passesWithoutAsking(asked.gateway, asked.tool) ? forward(asked, parts) : callGated(asked, call, parts));
  } catch (error) {
    if (error instanceof UpstreamFailed) {
      logger.warn({ gateway: asked.gateway.gatewayId, fate: error.fate, detail: error.message }, 'an MCP server could not be asked');
      return notRunResult('upstream_failed', error.message);
    }
    const { problem, headers } = problemOf(error, logger, { gateway: asked.gateway.gatewayId });
    const { code, detail, errors } = problem;
    const retryAfterSec = Number(headers['retry-after']);
    return notRunResult(code, detail, {
      ...(errors !== undefined && { errors: errors as unknown as Json }),
      ...(retryAfterSec > 0 && { retryAfterSec }),
    });
  }
};

const forward = async ({ gateway, tool, args }: Asked, { upstream }: GatewayParts): Promise<ToolResult> => {
  try {
    const { resultType: _framing, ...result } = await upstream.with(gateway, session => session.call({ name: tool }, args));
    return result as unknown as ToolResult;
  } catch (error) {
    if (error instanceof UpstreamFailed && error.fate === 'unknown') return unknownResult(null, null, error.message);
    throw error;
  }
};

/** Ours are the gate's own tools, over what this agent asked through this gateway and nothing else. */
const callOwn = (own: Tool, { gateway, args }: Asked, call: Call, parts: GatewayParts, logger: Logger): Promise<ToolResult> => {
  const assertMine = async (approvalId: string): Promise<void> => {
    const { state } = await loadApproval(parts.eventLog, approvalId, call.caller);
    const { agent, labels } = state.requested;
    if (agent.id !== call.caller.agentId || labels[GATEWAY_LABEL] !== gateway.gatewayId)
      throw new ProblemError('not_found', 404, 'There is no such approval of this agent and gateway.');
  };
  const overMine: ToolParts = {
    ...parts,
    readApproval: (id, ...how) => assertMine(id).then(() => parts.readApproval(id, ...how)),
    waitForDecision: (id, ...how) => assertMine(id).then(() => parts.waitForDecision(id, ...how)),
    settleApproval: (id, ...how) => assertMine(id).then(() => parts.settleApproval(id, ...how)),
    answerOf: gatewayAnswer,
  };
  return callOwnTool(own, args, call, overMine, logger);
};
