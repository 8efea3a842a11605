import type { Holdpoint } from './client.ts';
import { runGated, textFor, type GateOptions } from './gate-call.ts';
import { parseArguments } from './parse-arguments.ts';

/** An item of `response.output` (Responses API). */
export type ResponsesCall = { type: 'function_call'; call_id: string; name: string; arguments: string };
/** A tool call of a chat completion's message, or of a run of the Assistants API. */
export type ChatCall = { type: 'function'; id: string; function: { name: string; arguments: string } };
/** Where the calls stand. Responses: `{runId: response.id}`, with the conversation as thread. */
export type CallPlace = { threadId?: string; runId?: string; signal?: AbortSignal };

export type FunctionTool<Args> = GateOptions<Args> & {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  strict?: boolean;
  run(args: Args): unknown;
};

/**
 * A function tool for the `openai` package that runs only when its exact call was approved.
 * @returns `responses` and `chat`, the tool for either API; `answer`, which takes the model's call and gives the item to send back
 */
export const gatedFunction = <Args = Record<string, unknown>>(holdpoint: Holdpoint, tool: FunctionTool<Args>) => {
  const { name, description, parameters, strict = true } = tool;
  const output = async (source: string, called: string, text: string, toolCallId: string, { threadId, runId, signal }: CallPlace) => {
    if (called !== name) throw new TypeError(`${called} is not ${name}; give each call to its own tool`);
    const call = { tool: name, source, args: () => parseArguments(text), threadId, runId, toolCallId, signal };
    return textFor(await runGated(holdpoint, tool, call, tool.run.bind(tool)));
  };
  return {
    name,
    responses: { type: 'function' as const, name, description, parameters, strict },
    chat: { type: 'function' as const, function: { name, description, parameters, strict } },
    async answer<Call extends ResponsesCall | ChatCall>(call: Call, place: CallPlace = {}): Promise<AnswerTo<Call>> {
      const answer =
        call.type === 'function_call'
          ? {
              type: 'function_call_output',
              call_id: call.call_id,
              output: await output('openai.responses', call.name, call.arguments, call.call_id, place),
            }
          : {
              role: 'tool',
              tool_call_id: call.id,
              content: await output('custom', call.function.name, call.function.arguments, call.id, place),
            };
      return answer as AnswerTo<Call>;
    },
  };
};

export type GatedFunction = {
  name: string;
  answer<Call extends ResponsesCall | ChatCall>(call: Call, place?: CallPlace): Promise<AnswerTo<Call>>;
};
export type AnswerTo<Call> = Call extends ResponsesCall
  ? { type: 'function_call_output'; call_id: string; output: string }
  : { role: 'tool'; tool_call_id: string; content: string };

/**
 * Answers every call of the gated functions among a response's items, all at once: the next request must carry all of them.
 * @param items `response.output`; items of other types and calls of other tools are left to you
 */
export const answerCalls = (functions: GatedFunction[], items: readonly { type: string }[], place: CallPlace = {}) => {
  const calls = items.filter((item): item is ResponsesCall => item.type === 'function_call');
  return Promise.all(
    calls.flatMap(call => {
      const own = functions.find(({ name }) => name === call.name);
      return own ? [own.answer(call, place)] : [];
    }),
  );
};
