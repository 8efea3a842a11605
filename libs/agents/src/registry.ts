import type { ResumePlan } from '@holdpoint/contracts';
import type { AgentIntegration } from './agent.ts';
import { openaiAssistants } from './openai-assistants/openai-assistants.ts';

/** Every integration that resumes runs by itself. Adding one is a folder and a line here. */
export const AGENTS: readonly AgentIntegration[] = [openaiAssistants];

const byMode = new Map(AGENTS.map(agent => [agent.mode, agent]));

/** @returns the integration that resumes runs of this mode, or undefined when the app resumes them itself after the callback. */
export const resumerFor = (mode: ResumePlan['mode']): AgentIntegration | undefined => byMode.get(mode);
