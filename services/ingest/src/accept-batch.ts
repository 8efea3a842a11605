import { approvalRequest, type ApprovalRequest, type BatchReply, type Json } from '@holdpoint/contracts';
import { problemOf, type Logger } from '@holdpoint/service-kit';
import type { Acceptance, Envelope } from './accept-approval.ts';
import type { Caller } from './approval-requested.ts';
import { upstreamMsOf } from './expires-at.ts';
import { checked } from './read-body.ts';

type AcceptOne = (request: ApprovalRequest, caller: Caller, envelope: Envelope) => Promise<Acceptance>;
type Entry = { request: ApprovalRequest } | { error: unknown };

/**
 * Accepts each request of a batch by itself; one that is refused does not touch the others. Under one `Idempotency-Key` every entry has
 * a key of its own, made of it and the entry's index, so that the whole call can be repeated. A paused run is answered for all its calls at once,
 * so the earliest end that is named for it counts for each of them.
 * @returns outcomes in the order of the requests
 */
export const acceptBatch =
  ({ accept, logger }: { accept: AcceptOne; logger: Logger }) =>
  async (requests: readonly Json[], caller: Caller, envelope: Envelope): Promise<BatchReply> => {
    const entries = requests.map(read);
    const ends = endsOfRuns(entries);
    const one = async (entry: Entry, index: number): Promise<BatchReply['results'][number]> => {
      try {
        const headerKey = envelope.headerKey === undefined ? undefined : `${envelope.headerKey} ${index}`;
        if ('error' in entry) throw entry.error;
        const runEndsAt = ends.get(runOf(entry.request));
        const { outcome, reply } = await accept(entry.request, caller, {
          ...envelope,
          headerKey,
          ...(runEndsAt !== undefined && { runEndsAt }),
        });
        return { status: outcome === 'accepted' ? 202 : 200, replayed: outcome === 'replayed', body: reply };
      } catch (error) {
        const { problem } = problemOf(error, logger, { route: 'POST /v1/approvals:batch', index });
        return { status: problem.status, replayed: false, body: problem };
      }
    };
    return { results: await Promise.all(entries.map(one)) };
  };

export type AcceptBatch = ReturnType<typeof acceptBatch>;

const read = (entry: Json): Entry => {
  try {
    return { request: checked(approvalRequest, entry) };
  } catch (error) {
    return { error };
  }
};

/** What tells a paused run from others; of no use for a request that names none. */
const runOf = ({ source, threadId, runId }: ApprovalRequest): string => JSON.stringify([source, threadId, runId]);

/** The earliest end that is named for each run, RFC 3339. */
const endsOfRuns = (entries: readonly Entry[]): Map<string, string> => {
  const endsMs = new Map<string, number>();
  for (const entry of entries) {
    if ('error' in entry || entry.request.runId === undefined) continue;
    const ms = upstreamMsOf(entry.request);
    const run = runOf(entry.request);
    if (ms !== null) endsMs.set(run, Math.min(ms, endsMs.get(run) ?? ms));
  }
  return new Map([...endsMs].map(([run, ms]) => [run, new Date(ms).toISOString()]));
};
