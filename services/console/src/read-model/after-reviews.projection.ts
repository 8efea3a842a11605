import { categoryOf, idOf, type EventData } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Projection } from './projection.ts';

/** `after_reviews`: what people are to look at afterwards, and what they said about it. */
export const afterReviewsProjection: Projection = {
  name: 'after-reviews',
  handle: async (events, tx) => {
    for (const event of events) {
      if (categoryOf(event.stream) !== 'approval') continue;
      if (event.type === 'AfterReviewOpened') {
        const { kind, at } = dataOf<'AfterReviewOpened'>(event);
        const task = { approval_id: idOf(event.stream), tenant: event.metadata.tenant, kind, opened_at: at };
        await tx
          .insertInto('after_reviews')
          .values({ ...task, reviewed_at: null, reviewed_by: null, agreed: null })
          .onConflict(conflict => conflict.column('approval_id').doNothing())
          .execute();
      } else if (event.type === 'AfterReviewed') {
        const { by, agreed, at } = dataOf<'AfterReviewed'>(event);
        await tx
          .updateTable('after_reviews')
          .set({ reviewed_at: at, reviewed_by: JSON.stringify(by), agreed: agreed ? 1 : 0 })
          .where('approval_id', '=', idOf(event.stream))
          .execute();
      }
    }
  },
};

/** The open part of an event whose type has had one version only; nothing here is in its sealed part. */
const dataOf = <T extends 'AfterReviewOpened' | 'AfterReviewed'>(event: LoggedEvent): Omit<EventData<T>, 'private'> =>
  event.data as Omit<EventData<T>, 'private'>;
