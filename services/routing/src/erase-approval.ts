import { idOf, type EventData, type WorkItem } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { causedBy } from './caused-by.ts';
import type { Deps } from './deps.ts';

/** Others append to an erased approval once at most: whoever was at it when the order came. */
const ROUNDS_MAX = 5;

/**
 * Destroys what an approval was sealed by, and puts on record that it is done. Opens nothing, since by now that may be impossible, and may be done
 * again after a crash at any point: keys that are gone stay gone, and the record is written once.
 * @param item `ErasureOrdered`
 * @throws LogUnavailable
 */
export const eraseApproval = async (
  { eventLog, now, logger }: Pick<Deps, 'now' | 'logger'> & { eventLog: Pick<Deps['eventLog'], 'append' | 'destroyKeys' | 'loadRaw'> },
  item: WorkItem,
): Promise<void> => {
  const approvalId = idOf(item.stream);
  for (let round = 1; ; round++) {
    const { events, revision } = await eventLog.loadRaw(item.stream, { fromRevision: item.revision });
    const ordered = events[0];
    if (ordered?.type !== 'ErasureOrdered' || events.some(({ type }) => type === 'ApprovalErased')) return;
    const { ground } = ordered.data as EventData<'ErasureOrdered'>;
    const keys = await eventLog.destroyKeys(approvalId);
    const at = now();
    try {
      const erased = { type: 'ApprovalErased', data: { ground, keys, at } } as const;
      await eventLog.append(item.stream, [erased], { ...causedBy(item, 'erase', at), expectedRevision: revision });
      logger.info({ approvalId, ground, keys }, 'what was written about an approval is erased');
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict) || round === ROUNDS_MAX) throw error;
    }
  }
};
