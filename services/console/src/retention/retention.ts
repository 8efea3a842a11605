import { streamOf, type Retention, type RetentionReport } from '@holdpoint/contracts';
import { cutoffOf, emptyDirectory, evolveDirectory, type Directory } from '@holdpoint/directory';
import type { Kysely } from 'kysely';
import { countDue } from '../read-model/due-for-erasure.ts';
import type { ReadModelTables } from '../read-model/schema.ts';
import { changeSettings, type Changer, type SettingsDeps } from '../settings/change-settings.ts';

type Deps = { read: Kysely<ReadModelTables>; directory: Pick<Directory, 'retentionOf'>; now: () => string };

/** How long an organisation keeps what was written, and what follows from it now: how much is due, and since when the oldest is kept. */
export const retentionReportOf = async ({ read, directory, now }: Deps, tenant: string): Promise<RetentionReport> => {
  const { months, paused } = directory.retentionOf(tenant);
  const cutoff = cutoffOf({ months, paused }, now());
  return { months, paused, cutoff, due: await countDue(read, tenant, cutoff) };
};

/** Sets how long what was written is kept, or that nothing is erased for now. The same again is no event. */
export const setRetention =
  (deps: SettingsDeps) =>
  async (by: Changer, { months, paused }: Retention): Promise<void> => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      // By the stream itself, so that two people at once see each other.
      const [rules] = evolveDirectory(emptyDirectory, ...events).rules.values();
      const isSo = rules?.retention.months === months && rules.retention.paused === paused;
      return isSo ? [] : [{ type: 'RetentionSet', data: { months, paused, by: by.operatorId, at } }];
    });
  };
