import type { AgentIntegration } from '../agent.ts';
import { toolOutputOf } from '../tool-output.ts';
import type { WayIn } from '../way-in.ts';
import { ASSISTANTS, formatOutputs, parsePause, type ToolOutputsAnswer } from './parse.ts';
import { loadSdk } from './client.ts';
import { resumeRun } from './resume.ts';
import { startAnew } from './start-anew.ts';

/** Runs of an assistants-compatible server that pause with `submit_tool_outputs` (Microsoft Foundry classic agents, self-hosted servers). */
export const openaiAssistants: AgentIntegration = {
  id: ASSISTANTS,
  mode: 'openai.submitToolOutputs',
  format: toolOutputOf,
  resume: resumeRun,
  startAnew,
  warm: async () => void (await loadSdk()),
};

/** The pure half: for apps that submit the outputs themselves. */
export const openaiAssistantsWayIn: WayIn<ToolOutputsAnswer> = {
  id: ASSISTANTS,
  source: 'openai.assistants',
  parse: parsePause,
  format: formatOutputs,
};
