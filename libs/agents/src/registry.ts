import type { ResumePlan } from '@holdpoint/contracts';
import { agUi } from './ag-ui/ag-ui.ts';
import type { AgentIntegration } from './agent.ts';
import { agentInbox } from './agent-inbox/agent-inbox.ts';
import { aiSdk } from './ai-sdk/ai-sdk.ts';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.ts';
import { claudeAgentSdk } from './claude-agent-sdk/claude-agent-sdk.ts';
import { claudeManagedAgents } from './claude-managed-agents/claude-managed-agents.ts';
import { claudeManagedAgentsHook } from './claude-managed-agents/hook.ts';
import { claudeManagedAgentsResumer } from './claude-managed-agents/resume.ts';
import { copilotStudio } from './copilot-studio/copilot-studio.ts';
import { copilotStudioResumer } from './copilot-studio/resume.ts';
import type { Hook } from './hook.ts';
import { langchain } from './langchain/langchain.ts';
import { langgraphServer } from './langchain/resume.ts';
import { openaiAgentsApiHook } from './openai-agents-api/hook.ts';
import { openaiAgentsApi } from './openai-agents-api/openai-agents-api.ts';
import { openaiAgentsApiResumer } from './openai-agents-api/resume.ts';
import { openaiAgentsSdk } from './openai-agents-sdk/openai-agents-sdk.ts';
import { openaiAssistants, openaiAssistantsWayIn } from './openai-assistants/openai-assistants.ts';
import { openaiResponsesHook } from './openai-responses/hook.ts';
import { openaiResponses } from './openai-responses/openai-responses.ts';
import { openaiResponsesResumer } from './openai-responses/resume.ts';
import { plainHttp } from './plain-http/plain-http.ts';
import type { WayIn } from './way-in.ts';

/** Every framework we understand. Adding one is a folder and a line here. */
export const WAYS_IN: readonly WayIn[] = [
  openaiAssistantsWayIn,
  openaiResponses,
  openaiAgentsApi,
  openaiAgentsSdk,
  anthropicMessages,
  claudeAgentSdk,
  claudeManagedAgents,
  langchain,
  agentInbox,
  aiSdk,
  agUi,
  copilotStudio,
  plainHttp,
];

/** Those whose paused runs we resume ourselves. */
export const AGENTS: readonly AgentIntegration[] = [
  openaiAssistants,
  openaiAgentsApiResumer,
  openaiResponsesResumer,
  claudeManagedAgentsResumer,
  langgraphServer,
  copilotStudioResumer,
];

const byMode = new Map(AGENTS.map(agent => [agent.mode, agent]));

/** @returns the integration that resumes runs of this mode, or undefined when the app resumes them itself after the callback. */
export const resumerFor = (mode: ResumePlan['mode']): AgentIntegration | undefined => byMode.get(mode);

/** Those whose webhooks say that a session waits. */
export const HOOKS: readonly Hook[] = [openaiAgentsApiHook, openaiResponsesHook, claudeManagedAgentsHook];

/** @returns how webhooks of this provider are read, or undefined where there are none. */
export const hookFor = (provider: string): Hook | undefined => HOOKS.find(hook => hook.provider === provider);
