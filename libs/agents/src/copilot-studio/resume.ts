import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { sendJson } from '../reconcile.ts';
import { copilotStudio } from './copilot-studio.ts';

/** Statuses after which the same answer is worth another attempt: the service is busy, not the run gone. */
const BUSY = new Set([408, 425, 429]);

/**
 * One attempt to answer a workflow that waits with its HTTP Webhook action (learn.microsoft.com/azure/connectors/connectors-native-webhook):
 * one POST of the decision to the callback URL, whose own signature is all it asks for. There is nothing to read, so an answer in doubt is
 * sent again: a workflow takes the first and refuses every other.
 */
export const resumeWorkflow = async (request: ResumeRequest): Promise<ResumeResult> => {
  const { url, inDoubt = false } = request;
  if (url === undefined) return gone('the request named no callback URL');
  // The whole address is the secret: what goes into details is the status alone.
  const { reply } = await sendJson(
    { connection: { baseUrl: url, apiKey: '' }, fetch: request.fetch },
    { method: 'POST', path: '', headers: {}, text: request.output },
  );
  if (reply === null) return { outcome: 'unknown', runStatus: null, detail: 'no answer from the workflow' };
  const { status } = reply;
  if (status < 300) return { outcome: 'submitted', runStatus: 'accepted', detail: `the workflow took the answer (${status})` };
  if (status >= 500 || BUSY.has(status))
    return { outcome: 'failed', runStatus: null, detail: `the workflow's service answered with ${status}` };
  const earlier = inDoubt ? '; an answer that was sent before may be the one it took' : '';
  return gone(`the workflow takes no answer any more (${status})${earlier}`);
};

const gone = (detail: string): ResumeResult => ({ outcome: 'impossible', runStatus: null, detail });

/** Agent flows of Copilot Studio and workflows of Logic Apps, answered at the callback URL they subscribed with. */
export const copilotStudioResumer: AgentIntegration = {
  id: copilotStudio.id,
  mode: 'logicApps',
  // The flow reads the whole decision: it branches on `approved` and uses `approvedAction`.
  format: decision => JSON.stringify(decision),
  resume: resumeWorkflow,
  warm: async () => {},
};
