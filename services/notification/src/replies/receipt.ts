import { streamOf, type NotificationEvent } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { readHistory } from '../alert-people.ts';
import type { Attempt } from '../attempts.ts';
import type { InboundItem } from '../channels/channel.ts';
import { isLostAddress, loseAddress } from '../lost-address.ts';
import { recordAlerts } from '../record-alerts.ts';
import { secretsOf } from '../secrets-of.ts';
import { AHEAD_MS_MAX, readAnswers, readAnswersWith, type Answers } from './answers.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';

type Receipt = Extract<InboundItem, { kind: 'receipt' }>;

/** How far a message came. Receipts arrive in any order and more than once: only a higher rank says something new. */
const RANK = { sent: 1, delivered: 2, read: 3 } as const;
const CORRELATION = /^(apr_[a-z2-7]{26})\.([\w-]{1,64})$/;
/** Conflicts in a row before the provider has to send it again. */
const CONFLICTS_MAX = 5;

/** What a receipt says that the record does not yet; null for nothing. Pure. */
export const eventOfReceipt = (
  { status, failure }: Pick<Receipt, 'status' | 'failure'>,
  attempt: Attempt,
  approvalId: string,
  at: string,
): NotificationEvent | null => {
  const { attemptId, stepIndex, level, operatorId, channel, cause, address } = attempt;
  const made = { approvalId, attemptId, stepIndex, level, operatorId, channel, at, ...(cause === undefined ? {} : { cause }) };
  const reached = attempt.receipt === null ? 0 : RANK[attempt.receipt];
  if (status === 'failed') {
    // What was delivered or read did not fail, whatever is said later; and a failure that is on record is not repeated.
    if (!attempt.sent || reached > RANK.sent) return null;
    const { class: errorClass, code } = failure ?? { class: 'content_rejected', code: 'unknown' };
    return { type: 'NotificationFailed', data: { ...made, errorClass, code, permanent: true, nextAttemptAt: null, private: { address } } };
  }
  if (RANK[status] <= Math.max(reached, RANK.sent)) return null;
  return status === 'delivered'
    ? { type: 'NotificationDelivered', data: { ...made, providerMessageId: null } }
    : { type: 'NotificationSeen', data: { approvalId, operatorId, channel, at, attemptId } };
};

/**
 * Records a receipt where it says something new; one of a message whose sending is not on record yet waits for that. One that says that an address
 * is dead disables the address, and its owner is told elsewhere.
 * @throws LogUnavailable, RevisionConflict: the same may come again
 */
export const takeReceipt = async (deps: ReplyDeps, place: Place, receipt: Receipt): Promise<boolean> => {
  const [, approvalId, attemptId] = CORRELATION.exec(receipt.correlation ?? '') ?? [];
  if (approvalId === undefined || attemptId === undefined) return false;
  const isKnown = (answers: Answers) => answers.attempts.byId.has(attemptId);
  for (let conflicts = 0; ; conflicts += 1) {
    const { tenant, attempts } = await readAnswersWith(deps.eventLog, approvalId, isKnown, AHEAD_MS_MAX);
    const attempt = attempts.byId.get(attemptId);
    // The provider's signature proves the channel, not what it correlates with: that is ours to check.
    if (tenant !== place.tenant || attempt === undefined || attempt.channel !== place.channel) return false;
    const event = eventOfReceipt(receipt, attempt, approvalId, deps.now());
    if (event === null) return false;
    try {
      await deps.eventLog.append(streamOf.notification(approvalId), [event], {
        expectedRevision: attempts.revision,
        commandId: `receipt/${place.channel}/${receipt.inboundId}/${receipt.status}`,
        tenant,
        actor: 'service:notification',
        recordedAt: deps.now(),
      });
    } catch (error) {
      if (!(error instanceof RevisionConflict) || conflicts >= CONFLICTS_MAX) throw error;
      continue;
    }
    if (event.type === 'NotificationFailed' && isLostAddress(event)) await loseTo(deps, place, approvalId, attempt, event.data.errorClass);
    return true;
  }
};

const loseTo = async (deps: ReplyDeps, { tenant }: Place, approvalId: string, attempt: Attempt, errorClass: string): Promise<void> => {
  const { attemptId, operatorId, channel, address } = attempt;
  const operatorName = deps.directory.operator(operatorId)?.name ?? operatorId;
  const history = await readHistory(deps, approvalId);
  const [cause] = history;
  if (cause === undefined) return;
  const secrets = await secretsOf(deps, tenant, approvalId, history);
  const to = { attemptId, operatorId, operatorName, channel, address, route: null, verifiedAt: null, afterSec: 0 };
  const events = await loseAddress(deps, { tenant, approvalId, secrets }, to, errorClass);
  const { attempts } = await readAnswers(deps.eventLog, approvalId);
  await recordAlerts(deps, approvalId, events, attempts, `lost/${attemptId}`, { eventId: cause.id, metadata: cause.metadata });
};
