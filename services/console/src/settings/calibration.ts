import type { AmountBand } from '@holdpoint/contracts';
import { calibrate, proposeRule, type Calibration } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';
import type { Kysely } from 'kysely';
import { decidedByPeople } from '../read-model/decided-by-people.ts';
import type { ReadModelTables } from '../read-model/schema.ts';
import type { Changer, SettingsDeps } from './change-settings.ts';
import { keepDraft } from './policies.ts';

const DAY_MS = 86_400_000;

type Period = { days: number; agent?: string | undefined; tool?: string | undefined };

/** How often people agreed with an agent's tool in each amount band lately, with the interval that share lies in. */
export const calibrationOf = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  now: string,
  { days, agent, tool }: Period,
): Promise<Calibration[]> => {
  const since = new Date(Date.parse(now) - days * DAY_MS).toISOString();
  return calibrate(await decidedByPeople(db, tenant, since, { agentId: agent, tool }));
};

/**
 * Drafts the active policy with one narrow rule more, for a band that people nearly always approved. A person publishes it or not.
 * @throws ProblemError 404 when nothing was decided in the band, 409 when there is no policy, 422 saying why no rule is proposed
 */
export const proposeNarrowRule =
  (deps: SettingsDeps, db: Kysely<ReadModelTables>) =>
  async (by: Changer, about: { agentId: string; tool: string; currency: string | null; band: AmountBand; days: number }) => {
    const active = deps.directory.activePolicy(by.tenant);
    if (active === null) throw new ProblemError('no_active_policy', 409, 'No policy is active; publish one first.');
    const { agentId, tool, days } = about;
    const bands = await calibrationOf(db, by.tenant, deps.now(), { days, agent: agentId, tool });
    const found = bands.find(
      ({ band, currency }) => band.from === about.band.from && band.to === about.band.to && currency === about.currency,
    );
    if (!found) throw new ProblemError('not_found', 404, `People decided nothing in this band within ${days} days.`);
    const proposed = proposeRule(active.document, found);
    if (!proposed.ok) throw new ProblemError('nothing_to_propose', 422, `No rule is proposed: ${proposed.reason}.`);
    return { ...(await keepDraft(deps, by, proposed.document, 'calibration')), rule: proposed.rule, calibration: found };
  };
