import type { JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import { answerQuestion } from '../answer-question.ts';
import { checkApproval } from '../check-approval.ts';
import type { Tool } from '../tool.ts';
import { passesWithoutAsking } from './find-gateway.ts';
import type { ToolsPage, UpstreamSession, UpstreamTool } from './upstream.ts';
import { GATED_NOTE } from './words.ts';

/** Our own tools beside the server's: to see what became of an approval, and to answer what somebody who decides asked. */
export const OWN_TOOLS: readonly Tool[] = [checkApproval, answerQuestion];
export const findOwnTool = (name: unknown): Tool | undefined => OWN_TOOLS.find(tool => tool.name === name);

/**
 * One page of a server's tools as agents see them: names, descriptions and schemas as they came; gated ones say how to go on. Ours stand on the
 * first page, and where the server has one of the same name, ours is the one that is called.
 * @param cursor of the page, from the one before
 * @throws UpstreamFailed
 */
export const listTools = async (gateway: McpGateway, session: UpstreamSession, cursor: string | undefined): Promise<ToolsPage> => {
  const { tools, nextCursor } = await session.listPage(cursor);
  const theirs = tools.filter(({ name }) => findOwnTool(name) === undefined).map(tool => asAgentsSee(tool, gateway));
  const own = cursor === undefined ? OWN_TOOLS.map(({ definition }) => definition as UpstreamTool) : [];
  return { tools: [...theirs, ...own], ...(nextCursor !== undefined && { nextCursor }) };
};

const asAgentsSee = (tool: UpstreamTool, gateway: McpGateway): UpstreamTool => {
  // Tasks of a server cannot be followed through the gateway, so none is offered.
  const { execution: _tasks, ...shown } = tool;
  if (passesWithoutAsking(gateway, tool.name)) return shown;
  // What is pending has another shape than the server promised, and clients check.
  const { outputSchema: _promised, ...gated } = shown;
  const { description } = tool as JsonObject;
  return { ...gated, description: typeof description === 'string' && description !== '' ? `${description}\n\n${GATED_NOTE}` : GATED_NOTE };
};
