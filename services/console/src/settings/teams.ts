import { streamOf, type RecordedEvent, type newTeam } from '@holdpoint/contracts';
import { emptyDirectory, evolveDirectory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { assertMember } from './members-known.ts';

/** Creates a team without members. @throws ProblemError 409 when the id is taken */
export const createTeam =
  (deps: SettingsDeps) =>
  async (by: Changer, { id, name }: z.output<typeof newTeam>) => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      if (teamsIn(events).has(id)) throw new ProblemError('team_exists', 409, `There is a team ${id} already.`);
      return [{ type: 'TeamCreated', data: { teamId: id, name, by: by.operatorId, at } }];
    });
    return { id, name, members: [] };
  };

/** Adds a member; adding one who is in it changes nothing. @throws ProblemError 404 for an unknown team, 422 for an unknown member */
export const addTeamMember =
  (deps: SettingsDeps) =>
  async (by: Changer, teamId: string, operatorId: string): Promise<void> => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      const members = membersOf(events, teamId);
      assertMember(deps.directory, by.tenant, operatorId, '/operatorId');
      return members.has(operatorId) ? [] : [{ type: 'TeamMemberAdded', data: { teamId, operatorId, by: by.operatorId, at } }];
    });
  };

/** Takes somebody out of a team; whoever is not in it stays out. @throws ProblemError 404 */
export const removeTeamMember =
  (deps: SettingsDeps) =>
  async (by: Changer, teamId: string, operatorId: string): Promise<void> => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) =>
      membersOf(events, teamId).has(operatorId) ? [{ type: 'TeamMemberRemoved', data: { teamId, operatorId, by: by.operatorId, at } }] : [],
    );
  };

/** Removes a team. Steps that ask it from then on ask nobody. @throws ProblemError 404 */
export const removeTeam =
  (deps: SettingsDeps) =>
  async (by: Changer, teamId: string): Promise<void> => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      membersOf(events, teamId);
      return [{ type: 'TeamRemoved', data: { teamId, by: by.operatorId, at } }];
    });
  };

const membersOf = (events: readonly RecordedEvent[], teamId: string): ReadonlySet<string> => {
  const members = teamsIn(events).get(teamId);
  if (!members) throw new ProblemError('not_found', 404, `There is no team ${JSON.stringify(teamId.slice(0, 64))}.`);
  return members;
};

const teamsIn = (events: readonly RecordedEvent[]): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map([...evolveDirectory(emptyDirectory, ...events).teams.values()].map(({ teamId, members }) => [teamId, new Set(members)]));
