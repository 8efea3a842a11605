export { AGENTS, resumerFor } from './registry.ts';
export type { AgentIntegration, Connection, ResumeRequest, ResumeResult, ResumeRunStatus, SiblingState, ToolCallOutput } from './agent.ts';
export { parsePause, type ParsedCall, type ParseOptions } from './openai-assistants/parse.ts';
export { toolOutputOf } from './tool-output.ts';
