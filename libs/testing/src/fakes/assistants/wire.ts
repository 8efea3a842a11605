import { RUN_LIFETIME_MS, type Run, type ToolCall, type ToolOutput } from './runs.ts';

/** JSON shapes of an assistants-compatible server, as the `openai` SDK reads them. */

const seconds = (ms: number): number => Math.floor(ms / 1_000);

const callOnWire = (call: ToolCall) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } });

export const runOnWire = (run: Run) => ({
  id: run.id,
  object: 'thread.run',
  created_at: seconds(run.createdMs),
  thread_id: run.threadId,
  assistant_id: run.assistantId,
  status: run.status,
  required_action:
    run.status === 'requires_action'
      ? { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: run.pending.map(callOnWire) } }
      : null,
  last_error: run.error === null ? null : { code: 'server_error', message: run.error },
  expires_at: run.status === 'expired' || run.message !== null ? null : seconds(run.createdMs + RUN_LIFETIME_MS),
  started_at: run.status === 'queued' && run.rounds.length === 0 ? null : seconds(run.createdMs),
  cancelled_at: run.status === 'cancelled' ? seconds(run.sinceMs) : null,
  failed_at: run.status === 'failed' ? seconds(run.sinceMs) : null,
  completed_at: run.status === 'completed' ? seconds(run.sinceMs) : null,
  incomplete_details: null,
  model: 'fake-model',
  instructions: '',
  tools: [],
  metadata: run.metadata,
  usage: null,
  parallel_tool_calls: true,
  truncation_strategy: { type: 'auto', last_messages: null },
  response_format: 'auto',
  tool_choice: 'auto',
});

/**
 * Run steps: one per round of tool calls with its outputs, one for the calls that are pending, or that never got one ("`expired_at`: a step
 * is considered expired if the parent run is expired"), one for the closing message.
 */
export const stepsOnWire = (run: Run) => {
  const step = (index: number, status: string, details: unknown) => ({
    id: `step_${run.id.slice(4)}_${index}`,
    object: 'thread.run.step',
    created_at: seconds(run.createdMs),
    run_id: run.id,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    type: (details as { type: string }).type,
    status,
    step_details: details,
  });
  const calls = (round: ToolCall[], outputs: ToolOutput[]) => ({
    type: 'tool_calls',
    tool_calls: round.map(call => ({
      id: call.id,
      type: 'function',
      function: {
        name: call.name,
        arguments: call.arguments,
        output: outputs.find(output => output.tool_call_id === call.id)?.output ?? null,
      },
    })),
  });
  const steps = run.rounds.map((round, index) => step(index, 'completed', calls(round.calls, round.outputs)));
  if (run.pending.length > 0) steps.push(step(steps.length, 'in_progress', calls(run.pending, [])));
  if (run.unanswered.length > 0)
    steps.push(step(steps.length, run.status === 'expired' ? 'expired' : 'cancelled', calls(run.unanswered, [])));
  if (run.message !== null)
    steps.push(step(steps.length, 'completed', { type: 'message_creation', message_creation: { message_id: `msg_${run.id.slice(4)}` } }));
  return listOnWire(steps.toReversed());
};

export const threadOnWire = (thread: { id: string; createdMs: number }) => ({
  id: thread.id,
  object: 'thread',
  created_at: seconds(thread.createdMs),
  metadata: {},
  tool_resources: {},
});

export const messageOnWire = (message: {
  id: string;
  threadId: string;
  role: string;
  text: string;
  createdMs: number;
  runId: string | null;
}) => ({
  id: message.id,
  object: 'thread.message',
  created_at: seconds(message.createdMs),
  thread_id: message.threadId,
  role: message.role,
  content: [{ type: 'text', text: { value: message.text, annotations: [] } }],
  assistant_id: null,
  run_id: message.runId,
  attachments: [],
  metadata: {},
  status: 'completed',
  completed_at: seconds(message.createdMs),
  incomplete_at: null,
  incomplete_details: null,
});

export const listOnWire = <T extends { id: string }>(data: T[]) => ({
  object: 'list',
  data,
  first_id: data[0]?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more: false,
});

export const errorOnWire = (message: string, type = 'invalid_request_error', code: string | null = null) => ({
  error: { message, type, param: null, code },
});
