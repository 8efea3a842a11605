import type { GatePolicy } from '@holdpoint/contracts';
import type { OperatorsApi } from '../api/operators-api.ts';
import { usage } from '../stop.ts';

/** A version as `GET /api/policies` lists it. */
export type Listed = { id: string; version: number; document: GatePolicy; active: boolean };

/**
 * A published version of the organisation's policies.
 * @param which a number, or `active`
 * @param policyId whose version; without it the only policy there is
 * @throws Stop naming the versions there are
 */
export const publishedVersion = async (api: OperatorsApi, which: string, policyId?: string): Promise<Listed> => {
  const { items } = await api.get<{ items: Listed[] }>('/api/policies');
  const found = items.filter(
    ({ id, version, active }) => (policyId === undefined || id === policyId) && (which === 'active' ? active : String(version) === which),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const there = items.map(({ id, version, active }) => `${id} ${version}${active ? ' (active)' : ''}`).join(', ');
  throw usage(
    only === undefined
      ? `There is no version ${which}${policyId === undefined ? '' : ` of ${policyId}`}. Published: ${there || 'none'}.`
      : `Several policies have a version ${which}: say which with --policy <id>. Published: ${there}.`,
  );
};
