import { streamOf, type NotificationEvent } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import type { Deps } from './deps.ts';
import { reachOf, type Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { sendAlert, type About } from './send-alert.ts';
import { attemptIdOf } from './attempts.ts';

/** What a provider says of an address that is of no more use: it does not exist, or its owner wants nothing from us. */
const REASONS: Readonly<Record<string, string>> = { recipient_gone: 'gone', recipient_blocked: 'blocked' };
/** Conflicts in a row before it is left to the next alert. */
const CONFLICTS_MAX = 3;
/** How long telling the owner is tried, milliseconds. */
const TELL_MS = 86_400_000;

export const isLostAddress = (event: NotificationEvent): boolean => event.type === 'NotificationFailed' && event.data.errorClass in REASONS;

/**
 * Disables an address that its provider says is dead or blocked, and tells its owner on the others.
 * @returns the alerts that tell it, to be recorded with what showed it
 * @throws LogUnavailable
 */
export const loseAddress = async (deps: Deps, about: About, to: Recipient, errorClass: string): Promise<NotificationEvent[]> => {
  const operator = deps.directory.operator(to.operatorId);
  const { describe, normalise } = deps.channels;
  const { tenant } = about;
  const lost = operator?.addresses.find(
    ({ channel, address }) => channel === to.channel && (address === to.address || normalise(tenant, channel, address) === to.address),
  );
  if (operator === null || lost === undefined) return [];
  await disable(deps, tenant, to.operatorId, lost.addressId, REASONS[errorClass] ?? errorClass);
  const round = noticeOf(deps.now(), describe(to.channel).displayName, lost.addressId, errorClass);
  const others = operator.addresses.filter(({ addressId }) => addressId !== lost.addressId);
  const reach = reachOf([{ ...operator, addresses: others }], normalise).filter(({ channel }) => channel !== 'inbox');
  return Promise.all(reach.map(other => sendAlert(deps, round, about, { ...other, attemptId: attemptIdOf(round, other) }, 0)));
};

const noticeOf = (at: string, channel: string, addressId: string, errorClass: string): Round => ({
  eventId: `lost/${addressId}/${at.slice(0, 10)}`,
  cause: `lost/${addressId}`,
  kind: 'addressLost',
  stepIndex: 0,
  level: 0,
  approvers: { roles: [], operators: [] },
  important: true,
  everywhere: true,
  riskLevel: 'low',
  text: { actionName: channel, proposedAction: '', entityId: '', contextSummary: '' },
  notice:
    errorClass === 'recipient_blocked'
      ? `${channel} says that you do not want messages from us there. It was switched off; add the address again in the console to be told there.`
      : `${channel} says that your address there does not exist any more. It was switched off; add another one in the console.`,
  askedAt: at,
  expiresAt: new Date(Date.parse(at) + TELL_MS).toISOString(),
  escalateAt: null,
});

const disable = async (deps: Deps, tenant: string, operatorId: string, addressId: string, reason: string): Promise<void> => {
  const stream = streamOf.operator(operatorId);
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const { events } = await deps.eventLog.load(stream);
    try {
      const { position } = await deps.eventLog.append(
        stream,
        [{ type: 'ChannelAddressDisabled', data: { operatorId, addressId, reason, at: deps.now() } }],
        {
          expectedRevision: events.length - 1,
          commandId: `lost/${addressId}/${events.length}`,
          tenant,
          actor: 'service:notification',
          recordedAt: deps.now(),
        },
      );
      return await deps.directory.atLeast(position);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
};
