import { idOf, isTerminal, streamOf, type NotificationEvent, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import type { Attempt } from './attempts.ts';
import type { Message } from './channels/channel.ts';
import { composeMessage } from './compose-message.ts';
import { readerOf } from './reader.ts';
import type { Deps } from './deps.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { endWords, pageWordsIn, type End } from './replies/page-words.ts';
import { isOpen, roundOf, type Round } from './round.ts';
import { nextTryMs } from './schedule.ts';
import { secretsOf } from './secrets-of.ts';

/**
 * After the end, every copy that its channel lets us change says how it ended and offers nothing to press; one append says what became of each. Where
 * nothing can be changed, a press is refused anyway.
 * @throws LogUnavailable
 */
export const neutralise = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const { tenant } = item.metadata;
  const attempts = await readAttempts(deps.eventLog, approvalId);
  const copies = [...attempts.byId.values()].filter(({ sent, ref }) => sent && ref !== null);
  if (copies.length === 0) return;
  const { events: history } = await deps.eventLog.load(streamOf.approval(approvalId));
  const ended = history.find(({ type }) => isTerminal(type));
  if (ended === undefined) return;
  const secrets = await secretsOf(deps, tenant, approvalId, history);
  const events = await Promise.all(
    copies.map(copy => updateCopy(deps, tenant, approvalId, copy, decidedMessage(deps, tenant, approvalId, copy, history, secrets))),
  );
  const commandId = `neutralise/${ended.id}/${copies.map(({ attemptId, failures }) => `${attemptId}.${failures}`).join(',')}/${attempts.revision}`;
  await recordAlerts(deps, approvalId, events, attempts, commandId, { eventId: ended.id, metadata: item.metadata });
};

/** Updates tried after one that failed; nobody is harmed by a stale copy. */
const UPDATE_TRIES_MAX = 3;

const updateCopy = async (deps: Deps, tenant: string, approvalId: string, copy: Attempt, message: Message): Promise<NotificationEvent> => {
  const { attemptId, stepIndex, level, operatorId, channel, cause, address, ref, failures } = copy;
  const made = { approvalId, attemptId, stepIndex, level, operatorId, channel, at: deps.now(), ...(cause === undefined ? {} : { cause }) };
  const open = deps.channels.of(tenant, channel);
  const route = deps.directory.operator(operatorId)?.addresses.find(own => own.channel === channel && own.route !== null)?.route ?? null;
  if (open?.update === undefined || address === null || ref === null)
    return { type: 'NotificationUpdated', data: { ...made, outcome: 'failed', code: 'not_set_up', nextAttemptAt: null } };
  const result = await open.update({ address, route }, ref, message).catch(() => ({
    outcome: 'failed' as const,
    class: 'retryable' as const,
    code: 'channel_threw',
    safeMessage: `The channel ${channel} failed unexpectedly`,
  }));
  if (result.outcome !== 'failed')
    return { type: 'NotificationUpdated', data: { ...made, outcome: result.outcome, code: null, nextAttemptAt: null } };
  const delayMs = failures >= UPDATE_TRIES_MAX ? null : nextTryMs(result, failures + 1, deps.random());
  const nextAttemptAt = delayMs === null ? null : new Date(Date.parse(made.at) + delayMs).toISOString();
  return { type: 'NotificationUpdated', data: { ...made, outcome: 'failed', code: result.code, nextAttemptAt } };
};

/** How a request ended, and the name of the person who ended it; null for anything else, and while it is open. */
export const endOf = (history: readonly RecordedEvent[]): End | null => {
  const ended = history.find(({ type }) => isTerminal(type));
  if (ended === undefined || !('decision' in ended.data)) return null;
  const { decision, by } = ended.data.decision as { decision: End['decision']; by: { kind: string; id: string; display?: string | null } };
  return { decision, by: by.kind === 'operator' ? (by.display ?? by.id) : null };
};

/** How a request ended, in words: `Approved by Ada`. */
export const outcomeOf = (history: readonly RecordedEvent[]): string | null => {
  const end = endOf(history);
  return end === null ? null : endWords(pageWordsIn('en', undefined), end);
};

/** What a message was about: the round it was sent in, or else the first one; null when the history has none. */
export const roundOfCopy = (
  history: readonly RecordedEvent[],
  { cause, stepIndex, level }: Pick<Attempt, 'cause' | 'stepIndex' | 'level'>,
): Round | null => {
  const rounds = history.map(event => roundOf(event, history.slice(0, event.revision))).filter(round => round !== null);
  return (
    rounds.find(one => (cause === undefined ? one.stepIndex === stepIndex && one.level === level : one.cause === cause)) ??
    rounds[0] ??
    null
  );
};

/** The message as it is after the end, or after this person's own part: it says what happened, and offers nothing to press. */
export const decidedMessage = (
  deps: Deps,
  tenant: string,
  approvalId: string,
  { operatorId, channel, cause, stepIndex, level }: Attempt,
  history: readonly RecordedEvent[],
  secrets: readonly string[],
): Message => {
  const round = roundOfCopy(history, { cause, stepIndex, level });
  const { language, timeZone } = readerOf(deps, tenant, operatorId);
  return composeMessage(
    {
      kind: 'decided',
      approvalId,
      organization: deps.directory.organization(tenant)?.name ?? tenant,
      operatorName: deps.directory.operator(operatorId)?.name ?? operatorId,
      riskLevel: round?.riskLevel ?? 'low',
      text: round?.text ?? { actionName: '', proposedAction: '', entityId: '', contextSummary: '' },
      outcome: outcomeOf(history) ?? (isOpen(history, stepIndex) ? 'Your answer was taken' : 'This step is done'),
      expiresAt: null,
      escalateAt: null,
      at: deps.now(),
      link: { label: 'Look', url: `${deps.consoleUrl}/approvals/${approvalId}` },
    },
    {
      capabilities: deps.channels.describe(channel).capabilities,
      template: deps.directory.template(tenant, channel, language, 'decided'),
      language,
      timeZone,
      actions: [],
      replyCode: null,
      secrets,
    },
  );
};
