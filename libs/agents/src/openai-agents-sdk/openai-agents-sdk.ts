import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'openai-agents-sdk';
const interruption = z.looseObject({
  type: z.literal('tool_approval_item'),
  toolName: z.string().nullish(),
  rawItem: z.looseObject({ type: z.string() }),
  agent: z.looseObject({ name: z.string() }).optional(),
});
const functionItem = z.looseObject({ callId: z.string(), name: z.string(), arguments: z.string() });
const hostedItem = z.looseObject({ id: z.string(), name: z.string(), arguments: z.string().optional() });
/** Shell, patch and computer calls carry what they do in one object. */
const machineItem = z.looseObject({
  callId: z.string(),
  action: z.looseObject({}).optional(),
  operation: z.looseObject({}).optional(),
  actions: z.array(z.looseObject({})).optional(),
});

/** What to call on the run's state for one interruption: `state.approve(item)` or `state.reject(item, { message })`. */
export type InterruptionAnswer = { callId: string } & ({ approve: true } | { approve: false; message: string });

/** Reads `result.interruptions` (or `state.getInterruptions()`), live items or their JSON. */
export const parseInterruptions = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const items = readShape(ID, z.array(z.unknown()), pause).map((item, index) => readShape(ID, interruption, plain(item), String(index)));
  const calls = items.map((item, index): ParsedCall => {
    const at = { ...(item.agent === undefined ? {} : { agent: { name: item.agent.name } }), ...place, source: 'openai.agentsSdk' as const };
    return gatedCall(nativeOf(item, `${index}.rawItem`), at);
  });
  return batched(place.runId ?? calls[0]?.toolCallId ?? '', calls);
};

/** A live item has getters and its agent; its JSON has what is needed. */
const plain = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'toJSON' in item && typeof item.toJSON === 'function' ? item.toJSON() : item;

const nativeOf = ({ rawItem, toolName }: z.infer<typeof interruption>, path: string) => {
  switch (rawItem.type) {
    case 'function_call': {
      const { callId, name, arguments: args } = readShape(ID, functionItem, rawItem, path);
      return { toolCallId: callId, tool: name, args };
    }
    case 'hosted_tool_call': {
      const { id, name, arguments: args } = readShape(ID, hostedItem, rawItem, path);
      return { toolCallId: id, tool: toolName ?? name, args: args ?? '{}' };
    }
    case 'shell_call':
    case 'apply_patch_call':
    case 'computer_call': {
      const { callId, action, operation, actions } = readShape(ID, machineItem, rawItem, path);
      return { toolCallId: callId, tool: toolName ?? rawItem.type, args: action ?? operation ?? { actions: actions ?? [] } };
    }
    default:
      throw new UnknownPause(ID, `${path}.type`, 'function_call, hosted_tool_call, shell_call, apply_patch_call or computer_call');
  }
};

/** One answer per decided interruption. A change cannot be expressed: it becomes a rejection that names what people agreed to. */
export const formatInterruptions = (decisions: readonly Decision[], pause: unknown, place: Place = {}): InterruptionAnswer[] =>
  answersOf(parseInterruptions(pause, place), decisions, false, place.nowMs).map(({ call: { toolCallId: callId }, verdict }) =>
    verdict.is === 'asAsked' ? { callId, approve: true } : { callId, approve: false, message: verdict.message },
  );

/** The part of the SDK's `RunState` that takes answers. */
export type AnswerableState<Item> = {
  getInterruptions(): Item[];
  approve(item: Item): void;
  reject(item: Item, options: { message: string }): void;
};

/**
 * Puts decisions on a run's state before `run(agent, state)`. The state is not tamper-evident, so each approval is compared with the
 * name and arguments that stand in it now; what differs is rejected. Interruptions without a decision stay open.
 * @param nowMs an approval whose time is over is rejected, Unix milliseconds
 * @returns how many were approved and rejected
 */
export const answerInterruptions = <Item>(state: AnswerableState<Item>, decisions: readonly Decision[], nowMs = Date.now()) => {
  const items = state.getInterruptions();
  const calls = parseInterruptions(items);
  const counts = { approved: 0, rejected: 0 };
  for (const answer of formatInterruptions(decisions, items, { nowMs })) {
    const item = items[calls.findIndex(({ toolCallId }) => toolCallId === answer.callId)]!;
    if (answer.approve) {
      state.approve(item);
      counts.approved += 1;
    } else {
      state.reject(item, { message: answer.message });
      counts.rejected += 1;
    }
  }
  return counts;
};

export const openaiAgentsSdk: WayIn<InterruptionAnswer[]> = {
  id: ID,
  source: 'openai.agentsSdk',
  parse: parseInterruptions,
  format: formatInterruptions,
};
