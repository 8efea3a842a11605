import type { Decision, JsonObject } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf, type Verdict } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'ag-ui';
const interrupt = z.looseObject({
  id: z.string(),
  reason: z.string(),
  message: z.string().optional(),
  toolCallId: z.string().optional(),
  responseSchema: z.looseObject({ properties: z.looseObject({}).optional() }).optional(),
  expiresAt: z.string().optional(),
  metadata: z.looseObject({}).optional(),
});
const finished = z.looseObject({
  type: z.literal('RUN_FINISHED'),
  threadId: z.string(),
  runId: z.string(),
  outcome: z.looseObject({ type: z.string(), interrupts: z.array(interrupt).optional() }).optional(),
  /** The conversation so far, which the client keeps: the calls an interrupt is about stand in it. */
  messages: z
    .array(
      z.looseObject({
        toolCalls: z
          .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
          .optional(),
      }),
    )
    .optional(),
});
type Interrupt = z.infer<typeof interrupt>;

export type AgUiPayload = { approved: boolean; message: string; editedArgs?: JsonObject };
export type ResumeEntry = { interruptId: string } & ({ status: 'resolved'; payload: AgUiPayload } | { status: 'cancelled' });
/** The `resume` member of the next `RunAgentInput`. */
export type AgUiAnswer = { resume: ResumeEntry[] };

const interruptsIn = (pause: unknown) => {
  const read = readShape(ID, finished, pause);
  const { outcome } = read;
  if (outcome === undefined || outcome.type === 'success' || outcome.type === 'cancelled') return { read, interrupts: [] };
  if (outcome.type !== 'interrupt' || outcome.interrupts === undefined)
    throw new UnknownPause(ID, 'outcome.type', 'success, cancelled or interrupt with interrupts');
  return { read, interrupts: outcome.interrupts };
};

/**
 * Reads `RUN_FINISHED` with the conversation's `messages` beside it. An interrupt about a tool call asks for exactly that call; any
 * other asks for what its reason and metadata say.
 */
export const parseRunFinished = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { read, interrupts } = interruptsIn(pause);
  const calls = (read.messages ?? []).flatMap(({ toolCalls }) => toolCalls ?? []);
  return batched(
    read.runId,
    interrupts.map((given): ParsedCall => {
      const at = {
        ...place,
        source: 'agUi' as const,
        threadId: read.threadId,
        runId: read.runId,
        ...(given.expiresAt === undefined ? {} : { upstreamExpiresAt: given.expiresAt }),
      };
      const call = calls.find(({ id }) => id === given.toolCallId);
      if (given.toolCallId !== undefined && call === undefined)
        return { kind: 'refused', toolCallId: given.id, reason: `the tool call ${given.toolCallId} is not among the messages` };
      const [tool, args] = call === undefined ? [given.reason, given.metadata ?? {}] : [call.function.name, call.function.arguments];
      const allowed = editable(given) ? {} : { allowedDecisions: ['approve', 'reject'] as const };
      return gatedCall({ toolCallId: given.id, tool, args, description: given.message, ...allowed }, at);
    }),
  );
};

/** Only an agent that declares `editedArgs` in its response schema will run something else than it asked for. */
const editable = ({ responseSchema }: Interrupt): boolean => responseSchema?.properties?.['editedArgs'] !== undefined;

/** One entry per interrupt; the protocol wants all of them in the next run. Withdrawn is `cancelled`, every other "no" is resolved with it. */
export const formatRunFinished = (decisions: readonly Decision[], pause: unknown, place: Place = {}): AgUiAnswer => {
  const { interrupts } = interruptsIn(pause);
  return {
    resume: answersOf(parseRunFinished(pause, place), decisions, true, place.nowMs).map(({ call, verdict }) =>
      entryFor(
        interrupts.find(({ id }) => id === call.toolCallId)!,
        verdict,
      ),
    ),
  };
};

const entryFor = (given: Interrupt, verdict: Verdict): ResumeEntry => {
  const interruptId = given.id;
  if (verdict.is === 'no' && verdict.withdrawn) return { interruptId, status: 'cancelled' };
  const { message } = verdict;
  if (verdict.is === 'changed' && editable(given))
    return { interruptId, status: 'resolved', payload: { approved: true, editedArgs: verdict.args, message } };
  return { interruptId, status: 'resolved', payload: { approved: verdict.is === 'asAsked', message } };
};

export const agUi: WayIn<AgUiAnswer> = { id: ID, source: 'agUi', parse: parseRunFinished, format: formatRunFinished };
