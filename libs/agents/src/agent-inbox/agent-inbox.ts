import type { AllowedDecision, Decision, JsonObject } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape } from '../unknown-pause.ts';
import { answersOf, type Verdict } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'agent-inbox';
const humanInterrupt = z.looseObject({
  action_request: z.looseObject({ action: z.string(), args: z.unknown() }),
  config: z.looseObject({
    allow_ignore: z.boolean(),
    allow_respond: z.boolean(),
    allow_edit: z.boolean(),
    allow_accept: z.boolean(),
  }),
  description: z.string().nullish(),
});
/** A LangGraph interrupt whose value is one `HumanInterrupt` or a list of them. */
const inboxInterrupt = z.looseObject({ id: z.string(), value: z.union([humanInterrupt, z.array(humanInterrupt).min(1)]) });
type HumanInterrupt = z.infer<typeof humanInterrupt>;

export type HumanResponse =
  | { type: 'accept'; args: null }
  | { type: 'edit'; args: { action: string; args: JsonObject } }
  | { type: 'response'; args: string }
  | { type: 'ignore'; args: null };
/** The value for `new Command({ resume })`: one response per request, in order. */
export type AgentInboxAnswer = HumanResponse[];

const requestsOf = (pause: unknown) => {
  const { id, value } = readShape(ID, inboxInterrupt, pause);
  return { id, requests: Array.isArray(value) ? value : [value] };
};

/** Reads an interrupt in the Agent Inbox schema. */
export const parseHumanInterrupt = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { id, requests } = requestsOf(pause);
  const at = { runId: id, ...place, source: 'langgraph' as const };
  const calls = requests.map(({ action_request: asked, config, description }, index) =>
    gatedCall(
      {
        toolCallId: `${id}:${index}`,
        tool: asked.action,
        args: asked.args,
        description: description ?? undefined,
        allowedDecisions: allowedBy(config),
      },
      at,
    ),
  );
  return batched(id, calls);
};

/** Rejecting is always possible: where the schema has no word for it, the call is ignored, which runs nothing. */
const allowedBy = ({ allow_accept: accept, allow_edit: edit }: HumanInterrupt['config']): AllowedDecision[] => [
  ...(accept ? (['approve'] as const) : []),
  'reject',
  ...(edit ? (['modify'] as const) : []),
];

/** One `HumanResponse` per request. "No" is a response with the reason where the agent takes one, else `ignore`. */
export const formatHumanResponse = (decisions: readonly Decision[], pause: unknown, place: Place = {}): AgentInboxAnswer => {
  const { requests } = requestsOf(pause);
  return answersOf(parseHumanInterrupt(pause, place), decisions, true, place.nowMs).map(({ verdict }, index) =>
    responseTo(requests[index]!, verdict),
  );
};

const responseTo = ({ action_request: { action }, config }: HumanInterrupt, verdict: Verdict): HumanResponse => {
  if (verdict.is === 'asAsked' && config.allow_accept) return { type: 'accept', args: null };
  if (verdict.is === 'changed' && config.allow_edit) return { type: 'edit', args: { action, args: verdict.args } };
  return verdict.is !== 'asAsked' && config.allow_respond ? { type: 'response', args: verdict.message } : { type: 'ignore', args: null };
};

export const agentInbox: WayIn<AgentInboxAnswer> = {
  id: ID,
  source: 'langgraph',
  parse: parseHumanInterrupt,
  format: formatHumanResponse,
};
