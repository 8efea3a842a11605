import type { GatePolicy, WorkItem } from '@holdpoint/contracts';
import { evaluateUnder, factsOf } from '@holdpoint/gate';
import type { Deps } from './deps.ts';
import { gateContext, proposalOf, type Gated } from './gate-context.ts';
import type { HistoryLookup } from './history-index.ts';
import { useGrant } from './use-grant.ts';

/** What had to be waited for before the gate can speak. */
export type LookedUp = { historyOf: ReadonlyMap<GatePolicy, HistoryLookup> | null; grant: { grantId: string } | null };
export const NOTHING_FIRST: LookedUp = { historyOf: null, grant: null };

/**
 * Waits for the log to come to the request where a rule counts what was asked before, and uses a standing grant where one fits. Most requests
 * need neither.
 * @throws LogUnavailable
 */
export const lookUpFirst = async (deps: Deps, item: WorkItem, gated: Gated): Promise<LookedUp> => {
  const { directory } = deps;
  const { requested, action, tenant } = gated;
  const documents = readingHistory(deps, tenant);
  // Test keys spend no grant: what they ask never runs.
  const granted =
    requested.test !== true &&
    (directory.grants(tenant, action.name).length > 0 || directory.grantUsedBy(tenant, action.name, requested.approvalId) !== null);
  if (documents === null && !granted) return NOTHING_FIRST;
  const historyOf = documents === null ? null : await historiesOf(deps, gated, documents);
  return { historyOf, grant: granted ? await grantFor(deps, item, gated, historyOf) : null };
};

const grantFor = async (
  deps: Deps,
  item: WorkItem,
  gated: Gated,
  historyOf: LookedUp['historyOf'],
): Promise<{ grantId: string } | null> => {
  const active = deps.directory.activePolicy(gated.tenant);
  const context = gateContext(deps, gated, active === null ? undefined : historyOf?.get(active.document), null);
  return useGrant(deps, gated, evaluateUnder(active, proposalOf(gated), context), item);
};

/** The documents that read history, active and tried out; null when none does. */
const readingHistory = ({ directory }: Deps, tenant: string): GatePolicy[] | null => {
  const active = directory.activePolicy(tenant);
  const shadowed = directory.shadowPolicies(tenant);
  if (active?.document.history === undefined && shadowed.length === 0) return null;
  const documents = [active, ...shadowed].flatMap(version => (version?.document.history === undefined ? [] : [version.document]));
  return documents.length === 0 ? null : documents;
};

const historiesOf = async ({ history }: Deps, gated: Gated, documents: readonly GatePolicy[]): Promise<Map<GatePolicy, HistoryLookup>> => {
  const { requested, tenant } = gated;
  const lookups = new Map<GatePolicy, HistoryLookup>();
  for (const document of documents) {
    const { facts } = factsOf(proposalOf(gated), document.amountPaths);
    lookups.set(document, await history.before(tenant, document, requested.approvalId, { ...facts, test: requested.test === true }));
  }
  return lookups;
};
