import { decide, evolve, initial, type ApplyGate, type ApprovalState } from '@holdpoint/approval';
import type { ApprovalEvent, Route, WorkItem } from '@holdpoint/contracts';
import { afterWorkingSec, evaluateUnder } from '@holdpoint/gate';
import { signDecisions } from '@holdpoint/sealing';
import { causedBy } from './caused-by.ts';
import type { Deps } from './deps.ts';
import { deciding, gateContext, proposalOf, type Gated } from './gate-context.ts';
import { lookUpFirst, type LookedUp } from './look-up-first.ts';
import { shadowsOf } from './shadows.ts';

/**
 * Evaluates the gate for a new request and appends what it says: `GateEvaluated` with the first review step, or with the end where a rule
 * decides alone. Works from the message at its revision; the stream is read only when the message carries no data or somebody was faster.
 * A request that was gated before is left as it is.
 * @throws LogUnavailable, EventUnreadable
 */
export const evaluateGate = async (deps: Deps, item: WorkItem): Promise<void> => {
  const { eventLog, metrics, rotations } = deps;
  const now = deps.now();
  const known = (await knownFrom(deps, item)) ?? (await loaded(deps, item.stream));
  if (known.state.status !== 'gating') return;
  const { requested, action } = known.state;
  const first = await lookUpFirst(deps, item, { requested, action: action.action, tenant: item.metadata.tenant, now });
  const { events } = await rotations.sure(check =>
    eventLog.handle(
      {
        initial,
        evolve,
        decide: (_, state) => {
          const decided = gate(deps, item.metadata.tenant, state, now, first);
          check(decided);
          return decided;
        },
      },
      item.stream,
      'evaluate',
      { ...causedBy(item, 'gate', now), known },
    ),
  );
  metrics.appended(events);
  rotations.appended(item.metadata.tenant, item.stream, events);
};

const gate = (deps: Deps, tenant: string, state: ApprovalState, now: string, { grant, historyOf }: LookedUp): ApprovalEvent[] => {
  if (state.status !== 'gating') return [];
  const { directory, signer } = deps;
  const gated: Gated = { requested: state.requested, action: state.action.action, tenant, now };
  const active = directory.activePolicy(tenant);
  const context = gateContext(deps, gated, active === null ? undefined : historyOf?.get(active.document), grant);
  const evaluation = evaluateUnder(active, proposalOf(gated), context);
  const shadowed = directory.shadowPolicies(tenant);
  const routeDeadline = routeDeadlineOf(deps, gated, evaluation);
  const events = decide(
    {
      type: 'ApplyGate',
      evaluation,
      now,
      ...deciding(deps, tenant, state.requested.agent.id, now),
      ...(shadowed.length === 0 ? {} : { shadows: shadowsOf(deps, gated, evaluation, shadowed, historyOf) }),
      ...(routeDeadline === null ? {} : { routeDeadline }),
    },
    state,
  );
  return signDecisions(events, tenant, signer);
};

/** Where the agent named no deadline: the end of the route's time, from the request on. What it was given until the gate spoke gives way. */
const routeDeadlineOf = (
  { directory }: Deps,
  { requested: { requestedAt, deadlineBy }, tenant }: Gated,
  { route: { workingHoursOnly, expireAfterSec } }: { route: Pick<Route, 'workingHoursOnly' | 'expireAfterSec'> },
): NonNullable<ApplyGate['routeDeadline']> | null => {
  if (deadlineBy !== 'default') return null;
  const workingHours = workingHoursOnly === true ? directory.workingHours(tenant) : null;
  return workingHours === null
    ? { expiresAt: new Date(Date.parse(requestedAt) + expireAfterSec * 1_000).toISOString(), reason: 'route' }
    : { expiresAt: afterWorkingSec(workingHours, requestedAt, expireAfterSec), reason: 'workingHours' };
};

type Known = { state: ApprovalState; revision: number };

/** The state a message carries: the request itself, at revision 0. */
const knownFrom = async ({ eventLog }: Deps, item: WorkItem): Promise<Known | null> => {
  if (item.data === undefined || item.type !== 'ApprovalRequested') return null;
  await eventLog.fetchKeys([item]);
  return { state: evolve(initial, eventLog.open(item) as unknown as ApprovalEvent), revision: item.revision };
};

const loaded = async ({ eventLog }: Deps, stream: string): Promise<Known> => {
  const { events, revision } = await eventLog.load(stream);
  return { state: events.reduce((state, event) => evolve(state, event as unknown as ApprovalEvent), initial), revision };
};
