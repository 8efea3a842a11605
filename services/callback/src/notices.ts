import { streamOf, type CallbackEvent, type Notice } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { derivedId } from '@holdpoint/sealing';
import type { Deps } from './deps.ts';
import { webhookIdOf } from './message.ts';

/**
 * Tells every endpoint that is marked for it what became of deliveries. Each notice has a stream of its own and is delivered like a
 * decision: signed, retried, recorded. The same occasion makes the same notice, however often it is given.
 * @param occasion tells this occasion from others of its type
 */
export const giveNotice = async (
  { eventLog, directory, now }: Pick<Deps, 'eventLog' | 'directory' | 'now'>,
  tenant: string,
  type: Notice['type'],
  occasion: string,
  about: Notice['about'],
): Promise<void> => {
  const told = directory.list('endpoints', tenant).filter(({ operational, disabled, url }) => operational && !disabled && url !== null);
  const at = now();
  await Promise.all(
    told.map(async ({ endpointId }) => {
      const noticeId = derivedId('ntc', tenant, type, occasion, endpointId);
      const scheduled: CallbackEvent = {
        type: 'CallbackScheduled',
        data: {
          approvalId: noticeId,
          webhookId: webhookIdOf(noticeId),
          nextAttemptAt: at,
          reason: 'notice',
          at,
          notice: { type, endpointId, about },
        },
      };
      try {
        await eventLog.append(streamOf.callback(noticeId), [scheduled], {
          expectedRevision: 'none',
          commandId: `notice/${noticeId}`,
          tenant,
          actor: 'service:callback',
          recordedAt: at,
        });
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }),
  );
};
