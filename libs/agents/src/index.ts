export { AGENTS, hookFor, HOOKS, resumerFor, WAYS_IN } from './registry.ts';
export { waitingCalls, type Hook, type SessionPlace, type WaitingCall } from './hook.ts';
export type {
  AgentIntegration,
  Connection,
  NewRun,
  ResumeRequest,
  ResumeResult,
  ResumeRunStatus,
  SiblingState,
  ToolCallOutput,
  UntoldDecision,
} from './agent.ts';
export { checkConnection } from './check-connection.ts';
export { GATE_TOOL, type ParsedCall, type Place } from './pending-call.ts';
export { toolOutputOf } from './tool-output.ts';
export { UnknownPause } from './unknown-pause.ts';
export { AnswerIncomplete } from './verdict.ts';
export type { WayIn } from './way-in.ts';
export { formatRunFinished, parseRunFinished, type AgUiAnswer } from './ag-ui/ag-ui.ts';
export { formatHumanResponse, parseHumanInterrupt, type AgentInboxAnswer } from './agent-inbox/agent-inbox.ts';
export { formatApprovalParts, parseApprovalParts, type AiSdkAnswer } from './ai-sdk/ai-sdk.ts';
export { formatMessage, parseMessage, type MessagesAnswer } from './anthropic-messages/anthropic-messages.ts';
export {
  canUseToolThrough,
  formatPermission,
  parsePermissionRequest,
  preToolUseThrough,
  type Ask,
  type ClaudeAgentAnswer,
} from './claude-agent-sdk/claude-agent-sdk.ts';
export { formatSessionEvents, parseSessionEvents, type ManagedAgentsAnswer } from './claude-managed-agents/claude-managed-agents.ts';
export { formatForFlow, parseSubscription, type CopilotAnswer } from './copilot-studio/copilot-studio.ts';
export { formatInterrupts, parseInterrupts, type LangChainAnswer } from './langchain/langchain.ts';
export { formatSession, parseActionRequired, parseSession, type AgentsApiAnswer } from './openai-agents-api/openai-agents-api.ts';
export {
  answerInterruptions,
  formatInterruptions,
  parseInterruptions,
  type AnswerableState,
  type InterruptionAnswer,
} from './openai-agents-sdk/openai-agents-sdk.ts';
export { formatOutputs, parsePause, type ToolOutputsAnswer } from './openai-assistants/parse.ts';
export { formatResponse, parseResponse, type ResponsesAnswer } from './openai-responses/openai-responses.ts';
export { formatDecision, parseBody, type PlainAnswer } from './plain-http/plain-http.ts';
