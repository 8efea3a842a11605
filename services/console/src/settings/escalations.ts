import { streamOf, type Approvers, type EscalationPolicy } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { isMember } from './members-known.ts';

type Place = { pointer: string; detail: string };

/**
 * Publishes the next version of an escalation policy. Requests that are open keep the copy they began with.
 * @returns the version, and what a person should know about it
 * @throws ProblemError 422 naming every team, schedule and person there is not
 */
export const publishEscalation =
  (deps: SettingsDeps) =>
  async (by: Changer, document: EscalationPolicy): Promise<{ id: string; version: number; warnings: Place[] }> => {
    const { id } = document;
    const errors = document.levels.flatMap(({ targets }, index) =>
      unknownAmong(deps.directory, by.tenant, targets, `/document/levels/${index}/targets`),
    );
    if (errors.length > 0)
      throw new ProblemError('invalid_escalation', 422, `The policy asks somebody who is not there: ${errors[0]?.detail}.`, { errors });
    let version = 1;
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      const published = events.flatMap(({ type, data }) =>
        type === 'EscalationPolicyPublished' && data.escalationId === id ? [data.version] : [],
      );
      version = Math.max(0, ...published) + 1;
      return [{ type: 'EscalationPolicyPublished', data: { escalationId: id, version, document, by: by.operatorId, at } }];
    });
    return { id, version, warnings: warningsAbout(document) };
  };

/** Teams, schedules and people that approvers name and the organisation does not have. */
export const unknownAmong = (directory: Directory, tenant: string, approvers: Approvers, pointer: string): Place[] => {
  const teams = new Set(directory.list('teams', tenant).map(team => team.teamId));
  const missing = (ids: readonly string[] | undefined, kind: string, exists: (id: string) => boolean, what: string): Place[] =>
    (ids ?? []).flatMap((id, index) =>
      exists(id) ? [] : [{ pointer: `${pointer}/${kind}/${index}`, detail: `there is no ${what} ${id}` }],
    );
  return [
    ...missing(approvers.teams, 'teams', id => teams.has(id), 'team'),
    ...missing(approvers.schedules, 'schedules', id => directory.schedule(tenant, id) !== null, 'schedule'),
    ...missing(approvers.operators, 'operators', isMember(directory, tenant), 'member'),
  ];
};

const warningsAbout = ({ levels, onExhausted }: EscalationPolicy): Place[] => {
  const warnings: Place[] = [];
  if (levels.length === 0) warnings.push({ pointer: '/document/levels', detail: 'no level: nobody is alerted but the step’s own people' });
  for (const [index, { targets }] of levels.entries()) {
    const { roles, teams = [], schedules = [], operators } = targets;
    if (roles.length + teams.length + schedules.length + operators.length === 0)
      warnings.push({ pointer: `/document/levels/${index}/targets`, detail: 'asks nobody: the level is passed over' });
  }
  if (onExhausted === 'approveLowRisk')
    warnings.push({ pointer: '/document/onExhausted', detail: 'approves low-risk requests that nobody looked at; the record says so' });
  return warnings;
};
