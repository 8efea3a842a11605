import type { RetentionCommand, RetentionReply } from '@holdpoint/contracts';
import { cutoffOf, type Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import type { Logger } from '@holdpoint/service-kit';
import { dueForErasure } from '../read-model/due-for-erasure.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';

type Deps = {
  messaging: Pick<Messaging, 'request'>;
  directory: Pick<Directory, 'organizations' | 'retentionOf'>;
  models: { current(): Pick<ReturnType<ReadModels['current']>, 'read'> };
  now: () => string;
  logger: Pick<Logger, 'info' | 'warn'>;
};

/** Approvals per command: what `retentionCommand` takes. */
const PAGE = 100;
/** Longest wait for one page, ms: each approval in it is an append of its own. */
const ERASE_MS_MAX = 60_000;
/** Longest wait from when the read model has caught up until the first look, ms: whatever else begins with the process comes before it. */
const CALM_MS = 60_000;

/**
 * Has everything erased whose time is over, organisation by organisation, oldest first, a page at a time. Each page is asked for behind the one before,
 * so what is refused is asked for once and not again before the next look; whoever gets the command checks every approval for itself, so
 * two consoles that look at the same time do no harm.
 * @param signal ends it before the next page
 * @returns how many were erased
 * @throws NoResponder, RequestTimeout, ResponderFailed
 */
export const eraseDue = async (deps: Deps, signal: AbortSignal): Promise<number> => {
  let erased = 0;
  for (const { organizationId } of deps.directory.organizations()) erased += await eraseDueOf(organizationId, deps, signal);
  return erased;
};

const eraseDueOf = async (tenant: string, { messaging, directory, models, now, logger }: Deps, signal: AbortSignal): Promise<number> => {
  let erased = 0;
  const refused: Record<string, number> = {};
  for (let after = ''; !signal.aborted;) {
    // Asked anew for every page: somebody may have paused it meanwhile.
    const cutoff = cutoffOf(directory.retentionOf(tenant), now());
    if (cutoff === null) break;
    const due = await dueForErasure(models.current().read, tenant, cutoff, { after, limit: PAGE });
    const last = due.at(-1);
    if (last === undefined || signal.aborted) break;
    const command: RetentionCommand = { tenant, approvalIds: due.map(({ id }) => id) };
    const reply = await messaging.request<RetentionReply>('hp.cmd.retention.erase', command, { timeoutMs: ERASE_MS_MAX });
    erased += reply.erased;
    for (const { code } of reply.refused) refused[code] = (refused[code] ?? 0) + 1;
    if (due.length < PAGE) break;
    after = last.sortKey;
  }
  if (erased > 0 || Object.keys(refused).length > 0)
    logger.info({ tenant, erased, refused }, 'what was written long enough ago was erased');
  return erased;
};

/**
 * Looks for what is due soon after the read model has caught up, and then again and again; one look at a time.
 * @param everySec from the end of one look to the next, seconds
 * @param caughtUp resolves when the read model has everything the log had at the start
 * @returns a function that stops it: a page that was sent is not waited for, since it changes nothing here
 */
export const eraseDueRegularly = (deps: Deps, { everySec, caughtUp }: { everySec: number; caughtUp: Promise<void> }): (() => void) => {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const lookIn = (ms: number): void => {
    if (stop.signal.aborted) return;
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  const look = async (): Promise<void> => {
    try {
      await eraseDue(deps, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) deps.logger.warn({ err: error }, 'what is due could not be erased; it is tried again at the next look');
    }
    lookIn(everySec * 1_000);
  };
  void caughtUp.then(() => lookIn(Math.min(CALM_MS, everySec * 1_000)));
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
};
