import { idOf, type EventData } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Projection } from './projection.ts';

/** `legal_holds`: what is evidence somewhere. A table of its own, so that the rows every request writes do not carry what few ever have. */
export const legalHoldsProjection: Projection = {
  name: 'legal-holds',
  handle: async (events, tx) => {
    for (const event of events) {
      const approval_id = idOf(event.stream);
      if (event.type === 'LegalHoldPlaced') {
        const { by, at } = openPartOf(event);
        await tx
          .insertInto('legal_holds')
          .values({ approval_id, tenant: event.metadata.tenant, placed_by: JSON.stringify(by), placed_at: at })
          .onConflict(conflict => conflict.column('approval_id').doNothing())
          .execute();
      } else if (event.type === 'LegalHoldReleased') await tx.deleteFrom('legal_holds').where('approval_id', '=', approval_id).execute();
    }
  },
};

/** The type has had one version only; the reason is sealed and stays so. */
const openPartOf = (event: LoggedEvent) => event.data as Omit<EventData<'LegalHoldPlaced'>, 'private'>;
