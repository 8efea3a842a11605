import { approvalRequest, type BatchReply, type Json } from '@holdpoint/contracts';
import { problemOf, type Logger } from '@holdpoint/service-kit';
import type { Acceptance, Envelope } from './accept-approval.ts';
import type { Caller } from './approval-requested.ts';
import { checked } from './read-body.ts';

type AcceptOne = (request: ReturnType<typeof checked<typeof approvalRequest>>, caller: Caller, envelope: Envelope) => Promise<Acceptance>;

/**
 * Accepts each request of a batch by itself; one that is refused does not touch the others. Under one `Idempotency-Key` every entry has
 * a key of its own, made of it and the entry's index, so that the whole call can be repeated.
 * @returns outcomes in the order of the requests
 */
export const acceptBatch =
  ({ accept, logger }: { accept: AcceptOne; logger: Logger }) =>
  async (requests: readonly Json[], caller: Caller, envelope: Envelope): Promise<BatchReply> => {
    const one = async (entry: Json, index: number): Promise<BatchReply['results'][number]> => {
      try {
        const headerKey = envelope.headerKey === undefined ? undefined : `${envelope.headerKey} ${index}`;
        const { outcome, reply } = await accept(checked(approvalRequest, entry), caller, { ...envelope, headerKey });
        return { status: outcome === 'accepted' ? 202 : 200, replayed: outcome === 'replayed', body: reply };
      } catch (error) {
        const { problem } = problemOf(error, logger, { route: 'POST /v1/approvals:batch', index });
        return { status: problem.status, replayed: false, body: problem };
      }
    };
    return { results: await Promise.all(requests.map(one)) };
  };

export type AcceptBatch = ReturnType<typeof acceptBatch>;
