import type { OpenChannel, OpenOptions, SendResult } from '../channel.ts';
import { settled } from '../provider-http.ts';
import { workflowMessage } from './card.ts';
import { classifyWorkflow } from './classify.ts';
import type { WorkflowConfig } from './config.ts';

/** A flow, ready to be sent cards. Nobody can be heard through it: whoever can read its channel proves an address by the code that is posted there. */
export const openWorkflow = ({ url }: WorkflowConfig, { http, nowMs }: OpenOptions): OpenChannel => ({
  send: (_to, message) =>
    settled(async (): Promise<SendResult> => {
      const body = JSON.stringify(workflowMessage(message));
      const answer = await http.request({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body });
      // 202: the flow has started, nothing more.
      return answer.status >= 200 && answer.status < 300
        ? { outcome: 'accepted', providerMessageId: null }
        : { outcome: 'failed', ...classifyWorkflow(answer, nowMs()) };
    }),
  enrolment: 'code',
  // There is nothing to ask a flow but to post something.
  healthCheck: async () => null,
  close: async () => {},
});
