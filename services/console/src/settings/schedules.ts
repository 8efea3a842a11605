import { schedule, streamOf, type RecordedEvent, type Schedule, type newOverride, type newScheduleVersion } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { nextHandoff, onCall, scheduleProblems } from '@holdpoint/gate';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { isMember } from './members-known.ts';

/** An override that ended so long ago is left out of the next version; the log has the versions before. Thirty days, milliseconds. */
const OVERRIDE_KEPT_MS = 30 * 86_400_000;

/** A gap in which nobody is on call, for instance: for a person to judge. */
type Warning = { pointer: string; detail: string };

/**
 * Saves the next version of a schedule.
 * @returns the version and warnings, above all the gaps of the coming year
 * @throws ProblemError 422 naming every person, zone and window that cannot be; 409 when somebody else saved in the meantime
 */
export const changeSchedule =
  (deps: SettingsDeps) =>
  async (by: Changer, id: string, { document, expectedVersion }: z.output<typeof newScheduleVersion>) => {
    if (document.id !== undefined && document.id !== id) throw otherId(id);
    return saveNext(deps, by, id, (before, version) => {
      if (expectedVersion !== undefined && expectedVersion !== version)
        throw new ProblemError('version_conflict', 409, `The schedule is at version ${version}, not ${expectedVersion}; look again.`);
      return checked({ ...document, id, overrides: document.overrides ?? before?.overrides ?? [] });
    });
  };

/** Lets somebody stand in for a while: wins over every layer. @throws ProblemError 404, 422 */
export const addOverride = (deps: SettingsDeps) => async (by: Changer, id: string, given: z.output<typeof newOverride>) => {
  const override = { ...given, id: given.id ?? newId('ovr') };
  const saved = await saveNext(deps, by, id, (before, _version, at) => {
    if (!before) throw unknownSchedule(id);
    const keptFromMs = Date.parse(at) - OVERRIDE_KEPT_MS;
    const others = before.overrides.filter(other => other.id !== override.id && Date.parse(other.to) >= keptFromMs);
    return checked({ ...before, overrides: [...others, override] });
  });
  return { ...saved, overrideId: override.id };
};

/** @throws ProblemError 404 */
export const removeOverride =
  (deps: SettingsDeps) =>
  async (by: Changer, id: string, overrideId: string): Promise<void> => {
    await saveNext(deps, by, id, before => {
      if (!before?.overrides.some(override => override.id === overrideId))
        throw new ProblemError('not_found', 404, 'There is no such schedule or override.');
      return { ...before, overrides: before.overrides.filter(override => override.id !== overrideId) };
    });
  };

/** Removes a schedule. Steps that ask it from then on ask nobody. @throws ProblemError 404 */
export const removeSchedule =
  (deps: SettingsDeps) =>
  async (by: Changer, id: string): Promise<void> => {
    await changeSettings(deps, by, streamOf.schedule(by.tenant), (events, at) => {
      if (!newestOf(events, id).document) throw unknownSchedule(id);
      return [{ type: 'ScheduleRemoved', data: { scheduleId: id, by: by.operatorId, at } }];
    });
  };

/** Who is on call at an instant, and who takes over when. @throws ProblemError 404 */
export const whoIsOnCall = (directory: Directory, tenant: string, id: string, at: string) => {
  const document = directory.schedule(tenant, id);
  if (!document) throw unknownSchedule(id);
  const person = (operatorId: string) => ({ id: operatorId, name: directory.operator(operatorId)?.name ?? null });
  const next = nextHandoff(document, at);
  return {
    at,
    operators: onCall(document, at).map(person),
    next: next && { at: next.at, operators: next.operators.map(person) },
  };
};

const saveNext = async (
  deps: SettingsDeps,
  by: Changer,
  id: string,
  documentFrom: (before: Schedule | null, version: number, at: string) => Schedule,
): Promise<{ id: string; version: number; warnings: Warning[] }> => {
  let version = 0;
  let warnings: Warning[] = [];
  await changeSettings(deps, by, streamOf.schedule(by.tenant), (events, at) => {
    const newest = newestOf(events, id);
    const document = documentFrom(newest.document, newest.version, at);
    warnings = assertUsable(document, at, isMember(deps.directory, by.tenant));
    version = newest.version + 1;
    return [{ type: 'ScheduleChanged', data: { scheduleId: id, version, document, by: by.operatorId, at } }];
  });
  return { id, version, warnings };
};

/** The newest version of a schedule; its document is null after it was removed, while its numbers go on. */
const newestOf = (events: readonly RecordedEvent[], id: string): { version: number; document: Schedule | null } => {
  let newest: { version: number; document: Schedule | null } = { version: 0, document: null };
  for (const { type, data } of events)
    if (type === 'ScheduleChanged' && data.scheduleId === id) newest = data;
    else if (type === 'ScheduleRemoved' && data.scheduleId === id) newest = { version: newest.version, document: null };
  return newest;
};

const assertUsable = (document: Schedule, at: string, member: (id: string) => boolean): Warning[] => {
  const problems = scheduleProblems(document, at, member).map(({ severity, path, message }) => ({
    severity,
    pointer: `/document/${path.replaceAll('[', '/').replaceAll(']', '').replaceAll('.', '/')}`,
    detail: message,
  }));
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ pointer, detail }) => ({ pointer, detail }));
  if (errors.length > 0) throw new ProblemError('invalid_schedule', 422, `The schedule cannot be used: ${errors[0]?.detail}.`, { errors });
  return problems.map(({ pointer, detail }) => ({ pointer, detail }));
};

/** Limits of the whole, the number of overrides for one. */
const checked = (document: unknown): Schedule => {
  const result = schedule.safeParse(document);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ pointer: `/document/${path.join('/')}`, detail: message }));
  throw new ProblemError('invalid_schedule', 422, 'The schedule cannot be used; `errors` says why.', { errors });
};

const unknownSchedule = (id: string) => new ProblemError('not_found', 404, `There is no schedule ${JSON.stringify(id.slice(0, 64))}.`);
const otherId = (id: string) =>
  new ProblemError('invalid_schedule', 422, `The document's id must be ${id}, or absent.`, {
    errors: [{ pointer: '/document/id', detail: `must be ${id}` }],
  });
