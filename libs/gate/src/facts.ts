import type { Action, ApprovalRequest, EventData, GateFacts, Json, JsonObject } from '@holdpoint/contracts';

/** What the gate looks at: the request, and the action that would run: the agent's own, or a person's edit of it. */
export type Proposal = { requested: RequestedPart; action: Action; edited: boolean };
/** The part of `ApprovalRequested` that facts come from. */
export type RequestedPart = Pick<EventData<'ApprovalRequested'>, 'riskLevel' | 'agent' | 'labels' | 'source'> & {
  private: Pick<EventData<'ApprovalRequested'>['private'], 'arguments' | 'principal'>;
};

/**
 * The facts of a proposal, and what is wrong with them.
 * @param amountPaths dotted paths into `{action, arguments}`; the first number wins. A value that is there but is no number hides the amount,
 *   and two different numbers contradict each other: both are problems, since the small one may be bait. What the agent claimed about its own
 *   action does not contradict a person's edit.
 */
export const factsOf = (
  { requested, action, edited }: Proposal,
  amountPaths: readonly string[],
): { facts: GateFacts; problems: string[] } => {
  const asked = requested.private.arguments;
  const { amount, problem } = amountOf({ action, arguments: asked as JsonObject }, amountPaths, edited);
  const facts: GateFacts = {
    tool: action.name,
    args: action.args,
    amount,
    currency: currencyOf(action, asked),
    riskLevel: requested.riskLevel,
    agent: requested.agent.id,
    principal: requested.private.principal?.id ?? null,
    labels: requested.labels,
    entity: asked.entityId,
    source: requested.source,
  };
  return { facts, problems: problem === null ? [] : [problem] };
};

/** The amount the paths lead to, and what is wrong with it. `edited`: what the agent claimed beside the call does not contradict it. */
export const amountOf = (
  root: { action: Action; arguments?: JsonObject },
  paths: readonly string[],
  edited: boolean,
): { amount: number | null; problem: string | null } => {
  let first: { path: string; amount: number } | null = null;
  for (const path of paths) {
    const value = valueAt(root, path);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') return { amount: null, problem: `${path} is not a number, so the amount is not known` };
    if (first === null) first = { path, amount: value };
    else if (first.amount !== value && !edited)
      return { amount: first.amount, problem: `${first.path} is ${first.amount} but ${path} is ${value}` };
  }
  return { amount: first?.amount ?? null, problem: null };
};

const valueAt = (root: object, path: string): Json | undefined => {
  let value = root as Json | undefined;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};

const currencyOf = ({ args }: Action, asked: ApprovalRequest['arguments']): string | null => {
  const stated = Object.hasOwn(args, 'currency') ? args['currency'] : asked.currency;
  return typeof stated === 'string' ? stated : null;
};
