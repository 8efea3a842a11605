import { SAVED_VIEWS_MAX, streamOf, type SavedInboxView, type newInboxView } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** The views of the inbox a person keeps, in the order they were saved. */
export const inboxViewsOf = (directory: Directory, { tenant, operatorId }: Changer): SavedInboxView[] =>
  directory
    .list('inboxViews', tenant)
    .filter(view => view.operatorId === operatorId)
    .map(({ viewId: id, name, filters }) => ({ id, name, filters }));

/** Keeps a view; one of the same name is replaced. @throws ProblemError 409 when there are too many */
export const saveInboxView =
  (deps: SettingsDeps) =>
  async (by: Changer, saved: z.output<typeof newInboxView>): Promise<SavedInboxView> => {
    const own = inboxViewsOf(deps.directory, by);
    const known = own.find(({ name }) => name === saved.name);
    if (known === undefined && own.length >= SAVED_VIEWS_MAX)
      throw new ProblemError('too_many_views', 409, `You keep ${SAVED_VIEWS_MAX} views; remove one first.`);
    const { operatorId } = by;
    const viewId = known?.id ?? newId('ivw');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'InboxViewSaved', data: { operatorId, viewId, at, private: saved } },
    ]);
    return { id: viewId, ...saved };
  };

/** Keeps a view no longer. @throws ProblemError 404 for one that is not the caller's */
export const removeInboxView =
  (deps: SettingsDeps) =>
  async (by: Changer, viewId: string): Promise<void> => {
    if (!inboxViewsOf(deps.directory, by).some(({ id }) => id === viewId))
      throw new ProblemError('not_found', 404, 'There is no such view of yours.');
    const { operatorId } = by;
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'InboxViewRemoved', data: { operatorId, viewId, at } },
    ]);
  };
