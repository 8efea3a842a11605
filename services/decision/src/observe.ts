import { preconditionsOf, Refused, type Observed } from '@holdpoint/approval';
import type { DecisionVerb, Json, JsonObject } from '@holdpoint/contracts';
import { EgressError, type Egress } from '@holdpoint/egress';
import { parseStrictJson } from '@holdpoint/sealing';
import type { Known } from './known-approval.ts';

/** Looks up what preconditions hold now. @throws Refused `preconditions_changed` when one cannot be read: nothing is let run on a guess */
export type Observe = (stated: readonly JsonObject[]) => Promise<Observed[]>;

/** A person waits for the answer, milliseconds. */
const CHECK_MS_MAX = 3_000;
/** A value to be compared, and not a document, bytes. */
const CHECK_BYTES_MAX = 16_384;

/** Asks the address each precondition names, all at once; the answer's JSON is the value. Redirects and internal addresses are the guard's to refuse. */
export const observeBy =
  (egress: Pick<Egress, 'request'>): Observe =>
  stated =>
    Promise.all(
      preconditionsOf(stated).flatMap(({ name, check }) =>
        check === undefined ? [] : [read(egress, name, check.url).then(value => ({ name, value }))],
      ),
    );

/** Whether a decision lets something run that takes something for granted which can be looked up. */
export const mustLook = (verb: DecisionVerb, { state }: Known): boolean =>
  (verb === 'approve' || verb === 'modify') &&
  state.status === 'review' &&
  state.preconditions.length > 0 &&
  preconditionsOf(state.preconditions).some(({ check }) => check !== undefined);

const read = async (egress: Pick<Egress, 'request'>, name: string, url: string): Promise<Json> => {
  const unreadable = (why: string): Refused =>
    new Refused('preconditions_changed', `"${name}" cannot be checked now (${why}); try again, or reject.`);
  try {
    const { status, body, truncated } = await egress.request({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeoutMs: CHECK_MS_MAX,
      maxResponseBytes: CHECK_BYTES_MAX,
    });
    if (status !== 200) throw unreadable(`status ${status}`);
    if (truncated) throw unreadable('the answer is too long');
    return parseStrictJson(body) as Json;
  } catch (error) {
    if (error instanceof EgressError) throw unreadable('no usable answer');
    if (error instanceof Refused) throw error;
    throw unreadable('the answer is not JSON');
  }
};
