import { Refusal, type Reply } from './refusal.ts';
import { cancel } from './runs.ts';
import type { Body, Threads } from './threads.ts';
import { listOnWire, messageOnWire, runOnWire, stepsOnWire, threadOnWire } from './wire.ts';

/**
 * The routes of the Assistants API that paused runs need.
 * @param parts path parts after `/v1`
 * @throws Refusal
 */
export const route = (threads: Threads, assistants: Map<string, Body>, method: string, parts: string[], body: Body): Reply => {
  const [root, id = '', kind, runId = '', verb] = parts;
  const pattern = `${method} ${[root, id && (id === 'runs' ? 'runs' : ':id'), kind, runId && ':run', verb].filter(Boolean).join('/')}`;
  const run = () => threads.run(threads.thread(id), runId);
  const ok = (reply: unknown): Reply => ({ status: 200, body: reply });
  switch (pattern) {
    case 'POST assistants':
      return ok(newAssistant(threads, assistants, body));
    case 'GET assistants':
      return ok({ object: 'list', data: [...assistants.values()], has_more: false });
    case 'GET assistants/:id': {
      const assistant = assistants.get(id);
      if (assistant === undefined) throw new Refusal(404, `No assistant found with id '${id}'.`);
      return ok(assistant);
    }
    case 'POST threads':
      return ok(threadOnWire(threads.newThread(body)));
    case 'GET threads/:id':
      return ok(threadOnWire(threads.thread(id)));
    case 'POST threads/:id/messages':
      return ok(messageOnWire(threads.addMessage(threads.thread(id), body)));
    case 'GET threads/:id/messages': {
      const thread = threads.thread(id);
      threads.runs(thread);
      return ok(listOnWire(thread.messages.map(messageOnWire).toReversed()));
    }
    case 'POST threads/runs':
      return ok(runOnWire(threads.startRun(threads.newThread((body['thread'] as Body | undefined) ?? {}), body)));
    case 'POST threads/:id/runs':
      return ok(runOnWire(threads.startRun(threads.thread(id), body)));
    case 'GET threads/:id/runs':
      return ok(listOnWire(threads.runs(threads.thread(id)).map(runOnWire).toReversed()));
    case 'GET threads/:id/runs/:run':
      return ok(runOnWire(run()));
    case 'GET threads/:id/runs/:run/steps':
      return ok(stepsOnWire(run()));
    case 'POST threads/:id/runs/:run/submit_tool_outputs':
      return ok(runOnWire(threads.submitOutputs(run(), body['tool_outputs'])));
    case 'POST threads/:id/runs/:run/cancel': {
      const cancelled = run();
      const problem = cancel(cancelled, threads.clock());
      if (problem !== null) throw new Refusal(400, problem);
      return ok(runOnWire(cancelled));
    }
    default:
      throw new Refusal(404, `Invalid URL (${method} /v1/${parts.join('/')})`);
  }
};

const newAssistant = (threads: Threads, assistants: Map<string, Body>, body: Body): Body => {
  const id = threads.newId('asst');
  const assistant = { id, object: 'assistant', created_at: Math.floor(threads.clock() / 1_000), model: 'fake-model', tools: [], ...body };
  assistants.set(id, assistant);
  return assistant;
};
