import type { AgentIntegration } from '../agent.ts';
import { toolOutputOf } from '../tool-output.ts';
import { loadSdk, resumeRun } from './resume.ts';

/** Runs of an assistants-compatible server that pause with `submit_tool_outputs` (Microsoft Foundry classic agents, self-hosted servers). */
export const openaiAssistants: AgentIntegration = {
  id: 'openai-assistants',
  mode: 'openai.submitToolOutputs',
  format: toolOutputOf,
  resume: resumeRun,
  warm: async () => void (await loadSdk()),
};
