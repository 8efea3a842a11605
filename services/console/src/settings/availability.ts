import { streamOf, type QuietHours, type newAbsence } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { assertMember, isMember } from './members-known.ts';
import { assertZone } from './organization.ts';

/** Longest absence. A year, milliseconds: whoever is away for longer is removed. */
const ABSENCE_MS_MAX = 366 * 86_400_000;
/** Absences of one person that are not over yet. */
const ABSENCES_MAX = 50;

/** When a person is away, and when not to be disturbed. @throws ProblemError 404 */
export const availabilityOf = (directory: Directory, tenant: string, operatorId: string) => {
  assertKnown(directory, tenant, operatorId);
  const absences = directory.list('absences', tenant).filter(absence => absence.operatorId === operatorId);
  return {
    operatorId,
    quietHours: directory.quietHours(operatorId),
    absences: absences.map(({ absenceId, from, to, delegateId }) => ({ id: absenceId, from, to, delegateId })),
  };
};

/**
 * Declares that a person is away: the delegate is asked instead, or nobody.
 * @throws ProblemError 404 for an unknown person; 422 naming what is wrong with the time or the delegate
 */
export const declareAbsence =
  (deps: SettingsDeps) =>
  async (by: Changer, operatorId: string, { from, to, delegateId }: z.output<typeof newAbsence>) => {
    const { directory, now } = deps;
    assertKnown(directory, by.tenant, operatorId);
    assertTime(from, to, now());
    if (delegateId === operatorId) throw refused('/delegateId', 'nobody stands in for themselves');
    if (delegateId !== null) assertMember(directory, by.tenant, delegateId, '/delegateId');
    if (availabilityOf(directory, by.tenant, operatorId).absences.filter(absence => absence.to > now()).length >= ABSENCES_MAX)
      throw new ProblemError('too_many_absences', 409, `There are ${ABSENCES_MAX} absences already; end one first.`);
    const absenceId = newId('abs');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'AbsenceDeclared', data: { operatorId, absenceId, from, to, delegateId, at } },
    ]);
    return { id: absenceId, from, to, delegateId };
  };

/** Ends an absence at once. @throws ProblemError 404 */
export const endAbsence =
  (deps: SettingsDeps) =>
  async (by: Changer, operatorId: string, absenceId: string): Promise<void> => {
    assertKnown(deps.directory, by.tenant, operatorId);
    await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) => {
      const about = events.filter(
        ({ type, data }) => (type === 'AbsenceDeclared' || type === 'AbsenceEnded') && data.absenceId === absenceId,
      );
      if (about.length === 0) throw new ProblemError('not_found', 404, 'There is no such absence.');
      return about.at(-1)?.type === 'AbsenceEnded' ? [] : [{ type: 'AbsenceEnded', data: { operatorId, absenceId, at } }];
    });
  };

/** Sets when a person is not to be disturbed; null for never. @throws ProblemError 404, 422 */
export const setQuietHours = (deps: SettingsDeps) => async (by: Changer, operatorId: string, quietHours: QuietHours | null) => {
  assertKnown(deps.directory, by.tenant, operatorId);
  if (quietHours !== null) assertZone(quietHours.timeZone, '/quietHours/timeZone');
  await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
    { type: 'QuietHoursSet', data: { operatorId, quietHours, at } },
  ]);
  return availabilityOf(deps.directory, by.tenant, operatorId);
};

const assertTime = (from: string, to: string, now: string): void => {
  if (Date.parse(to) <= Date.parse(from)) throw refused('/to', 'must be after `from`');
  if (Date.parse(to) <= Date.parse(now)) throw refused('/to', 'lies in the past');
  if (Date.parse(to) - Date.parse(from) > ABSENCE_MS_MAX) throw refused('/to', 'an absence lasts a year at most');
};

const refused = (pointer: string, detail: string) =>
  new ProblemError('invalid_absence', 422, `The absence cannot be declared: ${detail}.`, { errors: [{ pointer, detail }] });

const assertKnown = (directory: Directory, tenant: string, operatorId: string): void => {
  if (!isMember(directory, tenant)(operatorId)) throw new ProblemError('not_found', 404, 'There is no such member.');
};
