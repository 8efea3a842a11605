import type { NotificationEvent } from '@holdpoint/contracts';
import type { Alert, SendResult } from './channels/channel.ts';
import type { Deps } from './deps.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { nextTryMs } from './schedule.ts';

/**
 * One attempt to one address. Never rejects.
 * @param failures failures of this alert to this address so far
 * @returns the event that records it
 */
export const sendAlert = async (
  deps: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  recipient: Recipient,
  failures: number,
): Promise<NotificationEvent> => {
  const { operatorId, channel, address, attemptId } = recipient;
  const result = await attempt(deps, alertOf(deps, round, tenant, approvalId, recipient), recipient);
  const at = deps.now();
  const { stepIndex, level, cause } = round;
  const made = { approvalId, attemptId, stepIndex, level, operatorId, channel, at, ...(cause === undefined ? {} : { cause }) };
  deps.count(channel, result.outcome === 'accepted' ? 'accepted' : result.class);
  if (result.outcome === 'accepted')
    return { type: 'NotificationSent', data: { ...made, providerMessageId: result.providerMessageId, private: { address } } };

  const delayMs = nextTryMs(result, failures + 1, deps.random());
  const nextMs = delayMs === null ? null : Date.parse(at) + delayMs;
  // An alert that would come after the end helps nobody.
  const nextAttemptAt = nextMs === null || nextMs >= Date.parse(round.expiresAt) ? null : new Date(nextMs).toISOString();
  deps.logger.warn({ approvalId, channel, errorClass: result.class, code: result.code, nextAttemptAt }, result.safeMessage);
  return {
    type: 'NotificationFailed',
    data: { ...made, errorClass: result.class, code: result.code, permanent: nextAttemptAt === null, nextAttemptAt, private: { address } },
  };
};

/** Records that a request waits in a person's inbox. The console shows it there by itself: nothing is written, sent or waited for. */
export const leaveInInbox = (deps: Deps, round: Round, approvalId: string, { operatorId, attemptId }: Recipient): NotificationEvent => {
  deps.count('inbox', 'accepted');
  const { stepIndex, level, cause } = round;
  const channel = 'inbox' as const;
  const made = { approvalId, attemptId, stepIndex, level, operatorId, channel, at: deps.now(), ...(cause === undefined ? {} : { cause }) };
  return { type: 'NotificationSent', data: { ...made, providerMessageId: null, private: { address: null } } };
};

const attempt = async (deps: Deps, alert: Alert, { channel, address, attemptId }: Recipient): Promise<SendResult> => {
  const open = deps.channels.get(channel);
  if (open === undefined)
    return { outcome: 'failed', class: 'config', code: 'not_set_up', safeMessage: `The channel ${channel} is not set up` };
  try {
    return await open.send(address ?? '', alert, { attemptId });
  } catch {
    // A channel reports its failures as values; what it throws is its bug, and may quote what it was sending.
    return { outcome: 'failed', class: 'retryable', code: 'channel_threw', safeMessage: `The channel ${channel} failed unexpectedly` };
  }
};

const alertOf = (deps: Deps, round: Round, tenant: string, approvalId: string, { operatorName }: Recipient): Alert => ({
  kind: round.kind,
  approvalId,
  organization: deps.directory.organization(tenant)?.name ?? tenant,
  operatorName,
  riskLevel: round.riskLevel,
  ...round.text,
  expiresAt: round.expiresAt,
  escalateAt: round.escalateAt,
  at: deps.now(),
  ...(round.notice === undefined ? {} : { notice: round.notice }),
  viewUrl: round.kind === 'drifted' ? `${deps.consoleUrl}/` : `${deps.consoleUrl}/approvals/${approvalId}`,
});
