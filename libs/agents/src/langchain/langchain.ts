import type { AllowedDecision, Decision, JsonObject } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, gatedCall, type CallPlace, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf, type Verdict } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

export const LANGCHAIN = 'langchain';
const interruptShape = z.looseObject({ id: z.string(), value: z.unknown() });
const interrupts = z.array(interruptShape);
/** A graph's result, a thread's state from a LangGraph server, or the interrupts themselves. */
const pauses = z.union(
  [
    interrupts,
    z.looseObject({ __interrupt__: interrupts }),
    z.looseObject({ tasks: z.array(z.looseObject({ interrupts: interrupts.optional() })) }),
  ],
  'Invalid input: expected interrupts [{id, value}], a result with __interrupt__ or a thread state with tasks[].interrupts',
);
const hitlRequest = z.looseObject({
  actionRequests: z.array(z.looseObject({ name: z.string(), args: z.unknown(), description: z.string().optional() })).min(1),
  reviewConfigs: z.array(
    z.looseObject({ actionName: z.string(), allowedDecisions: z.array(z.string()), argsSchema: z.unknown().optional() }),
  ),
});
/** What a graph's own node gives `interrupt()`: the call it is about to make, and words for people if it has some. */
const ownInterrupt = z.looseObject({
  action: z.looseObject({ name: z.string(), args: z.unknown() }),
  description: z.string().optional(),
});

export type HitlDecision =
  { type: 'approve' } | { type: 'edit'; editedAction: { name: string; args: JsonObject } } | { type: 'reject'; message: string };
export type HitlResponse = { decisions: HitlDecision[] };
/** What a node's own `interrupt()` returns: the decision the model may read, and exactly what may run. */
export type OwnAnswer = { approved: boolean; action: { name: string; args: JsonObject } | null; message: string };
export type InterruptAnswer = HitlResponse | OwnAnswer | string;
/** The value for `new Command({ resume })`, or for `command.resume` on a server: by interrupt id, which also works for a single one. */
export type LangChainAnswer = { resume: Record<string, InterruptAnswer> };

type Interrupt = z.infer<typeof interruptShape>;
type Shape = 'hitl' | 'gate' | 'own';

/** The interrupts of any of the three shapes a pause comes in. */
export const interruptsOf = (pause: unknown): Interrupt[] => {
  const read = readShape(LANGCHAIN, pauses, pause);
  if (Array.isArray(read)) return read;
  if ('__interrupt__' in read) return read.__interrupt__ as Interrupt[];
  return (read.tasks as { interrupts?: Interrupt[] }[]).flatMap(task => task.interrupts ?? []);
};

const shapeOf = ({ value, id }: Interrupt): Shape => {
  if (typeof value === 'object' && value !== null) {
    if ('actionRequests' in value) return 'hitl';
    if ('action' in value) return 'own';
    if ('contextSummary' in value || 'context_summary' in value) return 'gate';
  }
  throw new UnknownPause(LANGCHAIN, `${id}.value`, '{actionRequests, reviewConfigs}, {action: {name, args}} or the gate tool’s arguments');
};

/**
 * Reads what a graph waits for. Batched requests of the human-in-the-loop middleware carry no call ids: their calls are told apart by
 * the interrupt's id and their place in it.
 */
export const parseInterrupts = (pause: unknown, place: Place = {}): ParsedCall[] =>
  interruptsOf(pause).flatMap(interrupt => callsOf(interrupt, place));

/** The calls of one interrupt, in its order. */
export const callsOf = (interrupt: Interrupt, place: Place = {}): ParsedCall[] => {
  const at: CallPlace = {
    runId: interrupt.id,
    ...place,
    source: 'langgraph',
    ...(place.connectionId === undefined ? {} : { resume: { mode: 'langgraph', connectionId: place.connectionId } }),
  };
  switch (shapeOf(interrupt)) {
    case 'hitl':
      return batched(interrupt.id, hitlCalls(interrupt, at));
    case 'gate':
      return [gateCall({ toolCallId: interrupt.id, tool: GATE, args: interrupt.value }, { ...at, gateTool: GATE })];
    case 'own': {
      const { action, description } = readShape(LANGCHAIN, ownInterrupt, interrupt.value, `${interrupt.id}.value`);
      return [gatedCall({ toolCallId: interrupt.id, tool: action.name, args: action.args, description }, at)];
    }
  }
};
const GATE = 'interrupt';

const OURS: Record<string, AllowedDecision> = { approve: 'approve', edit: 'modify', reject: 'reject' };

const hitlCalls = ({ id, value }: Interrupt, at: CallPlace): ParsedCall[] => {
  const { actionRequests, reviewConfigs } = readShape(LANGCHAIN, hitlRequest, value, `${id}.value`);
  return actionRequests.map(({ name, args, description }, index) => {
    const config = reviewConfigs.find(({ actionName }) => actionName === name);
    const allowedDecisions = config?.allowedDecisions.flatMap(allowed => OURS[allowed] ?? []);
    const call = { toolCallId: `${id}:${index}`, tool: name, args, description, argsSchema: config?.argsSchema };
    return gatedCall(allowedDecisions === undefined || allowedDecisions.length === 0 ? call : { ...call, allowedDecisions }, at);
  });
};

/** The resume value for all interrupts of the pause. */
export const formatInterrupts = (decisions: readonly Decision[], pause: unknown, place: Place = {}): LangChainAnswer => ({
  resume: Object.fromEntries(interruptsOf(pause).map(interrupt => [interrupt.id, answerTo(interrupt, decisions, place)])),
});

const answerTo = (interrupt: Interrupt, decisions: readonly Decision[], place: Place): InterruptAnswer =>
  interruptAnswer(
    interrupt,
    answersOf(callsOf(interrupt, place), decisions, true, place.nowMs).map(({ verdict }) => verdict),
  );

/** One interrupt's answer from the verdicts on its calls, in their order. */
export const interruptAnswer = (interrupt: Interrupt, verdicts: readonly Verdict[]): InterruptAnswer => {
  switch (shapeOf(interrupt)) {
    case 'gate':
      return verdicts[0]!.message;
    case 'own':
      return ownAnswer(verdicts[0]!, readShape(LANGCHAIN, ownInterrupt, interrupt.value, `${interrupt.id}.value`).action);
    case 'hitl': {
      const { actionRequests, reviewConfigs } = readShape(LANGCHAIN, hitlRequest, interrupt.value, `${interrupt.id}.value`);
      return {
        decisions: verdicts.map((verdict, index) => {
          const { name } = actionRequests[index]!;
          const editable = reviewConfigs.some(
            ({ actionName, allowedDecisions }) => actionName === name && allowedDecisions.includes('edit'),
          );
          return hitlDecision(verdict, name, editable);
        }),
      };
    }
  }
};

const ownAnswer = (verdict: Verdict, { name, args }: { name: string; args: unknown }): OwnAnswer => {
  if (verdict.is === 'no') return { approved: false, action: null, message: verdict.message };
  return {
    approved: true,
    action: { name, args: verdict.is === 'changed' ? verdict.args : (args as JsonObject) },
    message: verdict.message,
  };
};

const hitlDecision = (verdict: Verdict, name: string, editable: boolean): HitlDecision => {
  if (verdict.is === 'asAsked') return { type: 'approve' };
  if (verdict.is === 'changed' && editable) return { type: 'edit', editedAction: { name, args: verdict.args } };
  return { type: 'reject', message: verdict.message };
};

export const langchain: WayIn<LangChainAnswer> = { id: LANGCHAIN, source: 'langgraph', parse: parseInterrupts, format: formatInterrupts };
