import type { NotificationEvent } from '@holdpoint/contracts';
import type { Message } from './channels/channel.ts';
import { composeMessage, type Alert } from './compose-message.ts';
import type { Deps } from './deps.ts';
import { attemptOf } from './hold.ts';
import { offerOf, type Offer } from './offer.ts';
import { readerOf } from './reader.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { nextTryMs } from './schedule.ts';
import { sendOnce } from './send-once.ts';

/** What one alert is about, for every address it goes to. */
export type About = {
  tenant: string;
  approvalId: string;
  /** Values of the action that must not be seen in a channel. */
  secrets: readonly string[];
};

/**
 * One attempt to one address. Rejects only when the log cannot be reached.
 * @param failures failures of this alert to this address so far
 * @returns the event that records it
 */
export const sendAlert = async (deps: Deps, round: Round, about: About, to: Recipient, failures: number): Promise<NotificationEvent> => {
  const { tenant, approvalId } = about;
  const { channel, address, attemptId } = to;
  const offer = offerOf(deps, round, tenant, approvalId, to);
  deps.offered.note(offer, { approvalId, attemptId });
  const correlation = approvalId.startsWith('apr_') ? `${approvalId}.${attemptId}` : null;
  const result = await sendOnce(deps, tenant, to, messageOf(deps, round, about, to, offer), { attemptId, correlation });
  const at = deps.now();
  const made = attemptOf(round, approvalId, to, at);
  if (result.outcome === 'accepted') {
    const { providerMessageId, ref, units } = result;
    return {
      type: 'NotificationSent',
      data: {
        ...made,
        providerMessageId,
        ...(offer.handles.length === 0 ? {} : { handles: offer.handles }),
        ...(offer.handles.length === 0 || round.shownRevision === undefined ? {} : { shownRevision: round.shownRevision }),
        ...(units === undefined ? {} : { units }),
        ...(ref === undefined ? {} : { editable: true as const }),
        private: { address, ...(ref === undefined ? {} : { ref }) },
      },
    };
  }
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
export const leaveInInbox = (deps: Deps, round: Round, approvalId: string, to: Recipient): NotificationEvent => {
  deps.count('inbox', 'accepted');
  return {
    type: 'NotificationSent',
    data: { ...attemptOf(round, approvalId, to, deps.now()), providerMessageId: null, private: { address: null } },
  };
};

/** The alert as this person's channel gets it. */
export const messageOf = (deps: Deps, round: Round, { tenant, approvalId, secrets }: About, to: Recipient, offer: Offer): Message => {
  const { channels, directory, consoleUrl } = deps;
  const { language, timeZone } = readerOf(deps, tenant, to.operatorId);
  const { kind } = round;
  const ownWords =
    kind === 'request' || kind === 'escalation' || kind === 'assigned' || kind === 'answered'
      ? directory.template(tenant, to.channel, language, kind)
      : null;
  return composeMessage(alertOf(deps, round, tenant, approvalId, to, consoleUrl), {
    capabilities: channels.describe(to.channel).capabilities,
    template: ownWords,
    language,
    timeZone,
    actions: offer.actions,
    replyCode: offer.replyCode,
    replyVerbs: offer.replyCode === null ? undefined : offer.handles.map(({ verb }) => verb).filter(verb => verb !== 'claim'),
    secrets,
  });
};

const alertOf = (
  { directory, now }: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  { operatorName }: Recipient,
  consoleUrl: string,
): Alert => {
  const isRequest = approvalId.startsWith('apr_');
  return {
    kind: round.kind,
    approvalId: isRequest ? approvalId : null,
    organization: directory.organization(tenant)?.name ?? tenant,
    operatorName,
    riskLevel: round.riskLevel,
    text: round.text,
    expiresAt: round.expiresAt,
    escalateAt: round.escalateAt,
    at: now(),
    ...(round.notice === undefined ? {} : { notice: round.notice }),
    link:
      round.notice === undefined
        ? { label: 'Look and decide', url: `${consoleUrl}/approvals/${approvalId}` }
        : { label: 'Look', url: isRequest ? `${consoleUrl}/approvals/${approvalId}` : `${consoleUrl}/` },
  };
};
