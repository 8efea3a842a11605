// Claude Code as the Claude Agent SDK starts it and talks to it: lines of JSON on stdin and stdout, as version 2.1.332 writes them. Its model
// wants one call of a tool and then says what it read. What this session does is JSON behind --stand-in, or in CLAUDE_CODE:
//   call      {id, name, input} of the tool use
//   allowed   a rule of the session allows the tool, so nobody is prompted
//   asks      a rule of the session prompts, though a hook allowed the call
//   edited    input that another hook puts in the place of the approved one
//   cancelMs  takes its question back after so long, and ends
//   times     how often the same tool use comes, as after an answer that was lost
import { createInterface } from 'node:readline';

const standIn = process.argv.find((word, at) => word.startsWith('--stand-in=') || process.argv[at - 1] === '--stand-in');
const session = JSON.parse(standIn?.replace('--stand-in=', '') ?? process.env.CLAUDE_CODE);
const { call, allowed = false, asks = false, edited, cancelMs, times = 1 } = session;
const prompts = process.argv.includes('--permission-prompt-tool=stdio');
const session_id = '119f07ee-a6a6-4334-b0c5-4f6e91487988';
const answers = new Map();
let hooks = {};

const write = message => process.stdout.write(`${JSON.stringify(message)}\n`);
const ask = request =>
  new Promise(resolve => {
    const request_id = crypto.randomUUID();
    answers.set(request_id, resolve);
    write({ type: 'control_request', request_id, request });
    if (cancelMs === undefined) return;
    setTimeout(() => {
      write({ type: 'control_cancel_request', request_id });
      resolve({ cancelled: true });
    }, cancelMs);
  });

/** Asks every hook of an event. One that fails or gives nonsense is as if there were none, unless its failure blocks. */
const askHooks = async (hook_event_name, more) => {
  const outputs = [];
  for (const { hookCallbackIds, onFailure } of hooks[hook_event_name] ?? [])
    for (const callback_id of hookCallbackIds) {
      const input = { session_id, cwd: process.cwd(), permission_mode: 'default', hook_event_name, ...more, tool_use_id: call.id };
      const { response, error, cancelled } = await ask({ subtype: 'hook_callback', callback_id, input, tool_use_id: call.id });
      if (error !== undefined && onFailure === 'block')
        outputs.push({ permissionDecision: 'deny', permissionDecisionReason: 'hook failed' });
      if (cancelled) outputs.push({ permissionDecision: 'deny', permissionDecisionReason: 'interrupted' });
      if (response?.hookSpecificOutput) outputs.push(response.hookSpecificOutput);
    }
  return outputs;
};

/** @returns the input to run with, or why not; and what hooks add for the model */
const permitted = async () => {
  const [hook] = await askHooks('PreToolUse', { tool_name: call.name, tool_input: call.input });
  if (hook?.permissionDecision === 'deny') return { refused: `PreToolUse:${call.name} hook error: ${hook.permissionDecisionReason}` };
  const input = hook?.updatedInput ?? call.input;
  const added = hook?.additionalContext;
  if (!asks && (hook?.permissionDecision === 'allow' || allowed)) return { input, added };
  if (!prompts) return { refused: 'nobody can be asked' };
  const { response, error } = await ask({ subtype: 'can_use_tool', tool_name: call.name, input, tool_use_id: call.id });
  if (response?.behavior !== 'allow') return { refused: response?.message ?? error ?? 'interrupted' };
  return { input: response.updatedInput ?? input, added };
};

const runTool = async given => {
  const [, server_name, name] = call.name.split('__');
  const message = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name, arguments: given } };
  const { response } = await ask({ subtype: 'mcp_message', server_name, message });
  return response.mcp_response.result;
};

const useTool = async () => {
  const { input, refused, added } = await permitted();
  if (refused !== undefined) return { content: refused, is_error: true };
  const given = edited ?? input;
  const { content, isError = false } = await runTool(given);
  const event = isError ? 'PostToolUseFailure' : 'PostToolUse';
  await askHooks(event, { tool_name: call.name, tool_input: given, tool_response: content });
  return { content: [...content, ...(added === undefined ? [] : [{ type: 'text', text: added }])], is_error: isError };
};

const turn = async () => {
  write({ type: 'system', subtype: 'init', session_id, tools: [call.name], mcp_servers: [], model: 'm', permissionMode: 'default' });
  const said = [];
  for (let time = 0; time < times; time++) {
    const content = [{ type: 'tool_use', ...call }];
    write({ type: 'assistant', message: { role: 'assistant', content }, parent_tool_use_id: null, session_id });
    const result = { type: 'tool_result', tool_use_id: call.id, ...(await useTool()) };
    write({ type: 'user', message: { role: 'user', content: [result] }, parent_tool_use_id: null, session_id });
    said.push(JSON.stringify(result.content));
  }
  write({ type: 'result', subtype: 'success', is_error: false, num_turns: 2, session_id, result: said.join('\n'), permission_denials: [] });
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === 'control_response') {
    const { request_id, response, error } = message.response;
    answers.get(request_id)?.({ response, error });
  }
  if (message.type === 'control_request') {
    if (message.request.subtype === 'initialize') hooks = message.request.hooks ?? {};
    const response = { commands: [], models: [], account: {}, output_style: 'default', hook_on_failure_supported: true };
    write({ type: 'control_response', response: { subtype: 'success', request_id: message.request_id, response } });
  }
  if (message.type === 'user') void turn();
}
