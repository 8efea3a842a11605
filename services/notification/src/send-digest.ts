import { streamOf, type Event, type RiskLevel } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { derivedId } from '@holdpoint/sealing';
import type { Failure, Message } from './channels/channel.ts';
import { composeMessage } from './compose-message.ts';
import type { Deps } from './deps.ts';
import type { Waiting } from './digests.ts';
import { readerOf } from './reader.ts';
import { DIGEST_EVERY_MS } from './pace-alerts.ts';
import { sendOnce } from './send-once.ts';

export type DigestResult =
  | { outcome: 'sent'; digestId: string; providerMessageId: string | null }
  /** This person had as many digests in this minute as are good for anybody. */
  | { outcome: 'later' }
  | ({ outcome: 'failed' } & Failure);

/** Digests to one person and address in a minute: one, and one more for each further replica that holds some of their alerts. */
const PER_MINUTE_MAX = 4;

/**
 * One message in place of many: how many wait, how risky, until when; one link, nothing to press. It is planned in the log before it is sent, under an
 * id that person, address and minute give, so that replicas together stay within the limit.
 * @throws LogUnavailable
 */
export const sendDigest = async (deps: Deps, together: readonly Waiting[]): Promise<DigestResult> => {
  const { tenant, to } = together[0]!;
  const digestId = await plan(deps, tenant, to, together.length);
  if (digestId === null) return { outcome: 'later' };
  const result = await sendOnce(deps, tenant, to, digestMessage(deps, tenant, to, together), { attemptId: digestId, correlation: null });
  const at = deps.now();
  if (result.outcome === 'failed') {
    await record(deps, tenant, { type: 'DigestFailed', data: { digestId, errorClass: result.class, code: result.code, at } }, 0);
    deps.logger.warn({ channel: to.channel, requests: together.length, code: result.code }, result.safeMessage);
    return result;
  }
  const { providerMessageId, units } = result;
  await record(
    deps,
    tenant,
    { type: 'DigestSent', data: { digestId, providerMessageId, at, ...(units === undefined ? {} : { units }) } },
    0,
  );
  return { outcome: 'sent', digestId, providerMessageId };
};

/** @returns the id of a digest that is this process's to send; null when there were enough in this minute */
const plan = async (
  deps: Deps,
  tenant: string,
  { operatorId, channel, address }: Waiting['to'],
  requests: number,
): Promise<string | null> => {
  const at = deps.now();
  const minute = String(Math.floor(Date.parse(at) / DIGEST_EVERY_MS));
  for (let number = 0; number < PER_MINUTE_MAX; number += 1) {
    const digestId = derivedId('dgs', operatorId, channel, address, minute, String(number));
    if (await record(deps, tenant, { type: 'DigestPlanned', data: { digestId, operatorId, channel, requests, at } }, 'none'))
      return digestId;
  }
  return null;
};

const RISKS: readonly RiskLevel[] = ['critical', 'high', 'medium', 'low'];

const digestMessage = (deps: Deps, tenant: string, to: Waiting['to'], together: readonly Waiting[]): Message => {
  const soonest = together.reduce((first, { round }) => (round.expiresAt < first ? round.expiresAt : first), together[0]!.round.expiresAt);
  const byRisk = RISKS.map(risk => ({ risk, count: together.filter(({ round }) => round.riskLevel === risk).length })).filter(
    ({ count }) => count > 0,
  );
  const { language, timeZone } = readerOf(deps, tenant, to.operatorId);
  const message = composeMessage(
    {
      kind: 'digest',
      approvalId: null,
      organization: deps.directory.organization(tenant)?.name ?? tenant,
      operatorName: to.operatorName,
      riskLevel: byRisk[0]?.risk ?? 'low',
      text: { actionName: '', proposedAction: '', entityId: '', contextSummary: '' },
      count: together.length,
      expiresAt: soonest,
      escalateAt: null,
      at: deps.now(),
      link: { label: 'Open the inbox', url: `${deps.consoleUrl}/` },
    },
    {
      capabilities: deps.channels.describe(to.channel).capabilities,
      template: deps.directory.template(tenant, to.channel, language, 'digest'),
      language,
      timeZone,
      actions: [],
      replyCode: null,
      secrets: [],
    },
  );
  const risks = byRisk.map(({ risk, count }) => `${count} of ${risk} risk`).join(', ');
  return { ...message, fields: [], lines: [...message.lines, `${risks}.`] };
};

/** @returns false when this digest has been begun already */
const record = async (
  deps: Deps,
  tenant: string,
  event: Event<'DigestPlanned' | 'DigestSent' | 'DigestFailed'>,
  expectedRevision: 'none' | number,
): Promise<boolean> => {
  try {
    await deps.eventLog.append(streamOf.digest(event.data.digestId), [event], {
      expectedRevision,
      commandId: `${event.type}/${event.data.digestId}/${event.data.at}`,
      tenant,
      actor: 'service:notification',
      recordedAt: deps.now(),
    });
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
};
