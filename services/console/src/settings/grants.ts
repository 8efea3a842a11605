import { streamOf, type newGrant } from '@holdpoint/contracts';
import { patternProblem } from '@holdpoint/gate';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { grantItem } from './list-settings.ts';

/** Longest life of a grant: what is needed for longer is a rule. A day, milliseconds. */
const GRANT_MS_MAX = 86_400_000;
/** Grants of one tool that can be used at the same time: each is tried for every request of the tool. */
const GRANTS_PER_TOOL_MAX = 50;

/**
 * Lets a pattern of actions through for a while, so many times, up to an amount.
 * @throws ProblemError 422 naming what cannot be; 409 when the tool has too many grants
 */
export const makeGrant =
  (deps: SettingsDeps) =>
  async (by: Changer, { reason, ...given }: z.output<typeof newGrant>) => {
    assertUsable(deps, by, given);
    const grantId = newId('grt');
    await changeSettings(deps, by, streamOf.grant(grantId), (_events, at) => [
      { type: 'GrantMade', data: { grantId, ...given, by: by.operatorId, at, private: { reason } } },
    ]);
    const made = deps.directory.grant(by.tenant, grantId);
    if (made === null) throw new TypeError('the directory does not have a grant it waited for');
    return grantItem(made);
  };

/** Revokes a grant: not one use more. @throws ProblemError 404 */
export const revokeGrant =
  (deps: SettingsDeps) =>
  async (by: Changer, grantId: string): Promise<void> => {
    if (deps.directory.grant(by.tenant, grantId) === null) throw new ProblemError('not_found', 404, 'There is no such grant.');
    await changeSettings(deps, by, streamOf.grant(grantId), (events, at) =>
      events.some(event => event.type === 'GrantRevoked') ? [] : [{ type: 'GrantRevoked', data: { grantId, by: by.operatorId, at } }],
    );
  };

type Given = Omit<z.output<typeof newGrant>, 'reason'>;

const assertUsable = ({ directory, now }: SettingsDeps, { tenant }: Changer, { pattern, amountMax, currency, expiresAt }: Given): void => {
  const leftMs = Date.parse(expiresAt) - Date.parse(now());
  if (leftMs <= 0) throw refused('/expiresAt', 'lies in the past');
  if (leftMs > GRANT_MS_MAX) throw refused('/expiresAt', 'a grant lasts a day at most; for longer, write a rule');
  if (amountMax !== null && currency === null) throw refused('/currency', 'a limit on the amount needs its currency');
  if (pattern.agentId !== undefined && directory.agent(pattern.agentId)?.tenant !== tenant)
    throw refused('/pattern/agentId', 'there is no such agent');
  const problem = patternProblem(pattern);
  if (problem !== null) throw refused('/pattern/when', problem);
  if (directory.grants(tenant, pattern.tool).length >= GRANTS_PER_TOOL_MAX)
    throw new ProblemError('too_many_grants', 409, `${pattern.tool} has ${GRANTS_PER_TOOL_MAX} grants already; revoke one first.`);
};

const refused = (pointer: string, detail: string) =>
  new ProblemError('invalid_grant', 422, `The grant cannot be made: ${detail}.`, { errors: [{ pointer, detail }] });
