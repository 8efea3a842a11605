import { streamOf, type Event, type RiskLevel } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { derivedId } from '@holdpoint/sealing';
import type { Failure } from './channels/channel.ts';
import { composeMessage } from './compose-message.ts';
import type { Deps } from './deps.ts';
import { DIGEST_EVERY_MS } from './pace-alerts.ts';
import type { Reach } from './recipients.ts';
import { sendOnce } from './send-once.ts';

/** A request that waits for a digest. */
export type Waiting = { approvalId: string; riskLevel: RiskLevel; expiresAt: string };
export type DigestResult =
  | { outcome: 'sent'; digestId: string; providerMessageId: string | null }
  /** Nothing else waits: it is told by itself. */
  | { outcome: 'alone' }
  /** This person had a digest in this minute already. */
  | { outcome: 'later'; nextAttemptAt: string }
  | ({ outcome: 'failed' } & Failure);

export type Digests = {
  /** Joins the digest for this person and address that is being gathered. Resolves when it went out, or is not to. @throws LogUnavailable */
  join(tenant: string, to: Reach & { address: string }, waiting: Waiting): Promise<DigestResult>;
};

type Gathering = { waiting: Map<string, Waiting>; sinceMs: number; result: Promise<DigestResult> };

/** A digest goes out when nothing has joined for the first, at the latest after the second, milliseconds. */
const SETTLED_AFTER_MS = 1_000;
const GATHERED_MS_MAX = 10_000;

/**
 * Gathers what comes due together into one message for each person and address: how many wait, how risky, until when; one link, nothing to press. A
 * digest is planned in the log before it is sent, under an id that its person, address and minute give: whichever replica is first sends it.
 */
export const openDigests = (deps: () => Deps): Digests => {
  const gathering = new Map<string, Gathering>();

  const gather = async (key: string, tenant: string, to: Reach & { address: string }): Promise<DigestResult> => {
    const entry = gathering.get(key)!;
    let seen = 0;
    while (entry.waiting.size > seen && Date.now() - entry.sinceMs < GATHERED_MS_MAX) {
      seen = entry.waiting.size;
      await new Promise(resolve => setTimeout(resolve, SETTLED_AFTER_MS));
    }
    gathering.delete(key);
    return entry.waiting.size === 1 ? { outcome: 'alone' } : sendDigest(deps(), tenant, to, [...entry.waiting.values()]);
  };
  return {
    join: (tenant, to, waiting) => {
      const key = `${to.operatorId}/${to.channel}/${to.address}`;
      const known = gathering.get(key);
      if (known !== undefined) {
        known.waiting.set(waiting.approvalId, waiting);
        return known.result;
      }
      const { promise, resolve, reject } = Promise.withResolvers<DigestResult>();
      gathering.set(key, { waiting: new Map([[waiting.approvalId, waiting]]), sinceMs: Date.now(), result: promise });
      gather(key, tenant, to).then(resolve, reject);
      return promise;
    },
  };
};

const sendDigest = async (
  deps: Deps,
  tenant: string,
  to: Reach & { address: string },
  waiting: readonly Waiting[],
): Promise<DigestResult> => {
  const minuteMs = Math.floor(Date.parse(deps.now()) / DIGEST_EVERY_MS) * DIGEST_EVERY_MS;
  const digestId = derivedId('dgs', to.operatorId, to.channel, to.address, String(minuteMs));
  const { operatorId, channel } = to;
  const planned = { digestId, operatorId, channel, requests: waiting.length, at: deps.now() };
  if (!(await record(deps, tenant, { type: 'DigestPlanned', data: planned }, 'none')))
    return { outcome: 'later', nextAttemptAt: new Date(minuteMs + DIGEST_EVERY_MS).toISOString() };
  const result = await sendOnce(deps, tenant, to, digestMessage(deps, tenant, to, waiting), { attemptId: digestId, correlation: null });
  const at = deps.now();
  if (result.outcome === 'failed') {
    await record(deps, tenant, { type: 'DigestFailed', data: { digestId, errorClass: result.class, code: result.code, at } }, 0);
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

const RISKS: readonly RiskLevel[] = ['critical', 'high', 'medium', 'low'];

const digestMessage = (deps: Deps, tenant: string, to: Reach, waiting: readonly Waiting[]) => {
  const first = waiting.reduce((soonest, one) => (one.expiresAt < soonest.expiresAt ? one : soonest));
  const byRisk = RISKS.map(risk => ({ risk, count: waiting.filter(({ riskLevel }) => riskLevel === risk).length })).filter(
    ({ count }) => count > 0,
  );
  const { capabilities } = deps.channels.describe(to.channel);
  const language = deps.directory.profile(to.operatorId)?.language ?? 'en';
  const message = composeMessage(
    {
      kind: 'digest',
      approvalId: null,
      organization: deps.directory.organization(tenant)?.name ?? tenant,
      operatorName: to.operatorName,
      riskLevel: byRisk[0]?.risk ?? 'low',
      text: { actionName: '', proposedAction: '', entityId: '', contextSummary: '' },
      count: waiting.length,
      expiresAt: first.expiresAt,
      escalateAt: null,
      at: deps.now(),
      link: { label: 'Open the inbox', url: `${deps.consoleUrl}/` },
    },
    {
      capabilities,
      template: deps.directory.template(tenant, to.channel, language, 'digest'),
      language,
      actions: [],
      replyCode: null,
      secrets: [],
    },
  );
  const risks = byRisk.map(({ risk, count }) => `${count} of ${risk} risk`).join(', ');
  return { ...message, fields: [], lines: [...message.lines, `${risks}.`] };
};

/** @returns false when somebody else has begun this digest */
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
