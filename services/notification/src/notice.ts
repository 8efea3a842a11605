import { alertChannel, SENIOR_ROLES, type RecordedEvent } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import { ADMINISTRATORS, type Round } from './round.ts';

/** How long a notice is tried again where an address fails, milliseconds: a day later it is in the console for everybody to see. */
const NOTICE_MS = 86_400_000;

/**
 * What people are told that asks for no decision: rules that drifted from what people say, to admins and owners; a request that was let through by
 * break-glass, to whoever may judge it afterwards; an app that does not get its answers, and a channel whose settings its provider refuses, to
 * admins and owners.
 * @param history events of the approval before this one
 * @returns null for an event that is no such notice
 */
export const noticeOf = (event: RecordedEvent, history: readonly RecordedEvent[]): Round | null => {
  if (event.type === 'BandReturnedToReview') return drifted(event);
  if (event.type === 'CallbackExhausted') return givenUp(event);
  if (event.type === 'EndpointDisabled') return disabled(event);
  if (event.type === 'ChannelFaulted') return refused(event);
  return event.type === 'AfterReviewOpened' && event.data.kind === 'breakGlass' ? bypassed(event, history) : null;
};

const told = ({ id }: RecordedEvent, at: string) => ({
  eventId: id,
  cause: id,
  stepIndex: 0,
  level: 0,
  important: true,
  everywhere: true as const,
  askedAt: at,
  expiresAt: new Date(Date.parse(at) + NOTICE_MS).toISOString(),
  escalateAt: null,
});

const drifted = (event: Extract<RecordedEvent, { type: 'BandReturnedToReview' }>): Round => {
  const { agentId, tool, band, sampled, rejected, at } = event.data;
  const amounts = band.from === null && band.to === null ? 'of any amount' : `from ${band.from ?? 'nothing'} to ${band.to ?? 'any amount'}`;
  return {
    ...told(event, at),
    kind: 'drifted',
    approvers: ADMINISTRATORS,
    riskLevel: 'high',
    text: { contextSummary: '', proposedAction: '', entityId: agentId, actionName: tool },
    notice:
      `People rejected ${rejected} of ${sampled} samples of what passed by itself: ${tool} by ${agentId}, ${amounts}. ` +
      'It goes to people again until an admin or owner releases the band.',
  };
};

/** An app was told as often as the schedule allows and took nothing. What was to be told stands at GET and wait. */
const givenUp = (event: Extract<RecordedEvent, { type: 'CallbackExhausted' }>): Round => {
  const { approvalId, attempts, lastErrorClass, endpointId, at } = event.data;
  const receiver = endpointId == null ? 'the address its app gave' : `the endpoint ${endpointId}`;
  return undelivered(
    event,
    at,
    endpointId ?? 'a callback address',
    `The decision about ${approvalId} did not arrive at ${receiver}: ${attempts} ${attempts === 1 ? 'try' : 'tries'}, the last failed with ${lastErrorClass}. ` +
      'The app can still fetch it. Put the receiver right, then send it again under Callbacks.',
  );
};

/** The receiver said that it is gone. Who disables an endpoint by hand knows. */
const disabled = (event: Extract<RecordedEvent, { type: 'EndpointDisabled' }>): Round | null => {
  const { endpointId, reason, at } = event.data;
  return isByHand(event.metadata)
    ? null
    : undelivered(
        event,
        at,
        endpointId,
        `The endpoint ${endpointId} is disabled: ${reason}. Its callbacks wait. Put the receiver right, then enable it under Endpoints and send again what was given up.`,
      );
};

/** The channel itself cannot carry it: whoever has another one is told there. */
const refused = (event: Extract<RecordedEvent, { type: 'ChannelFaulted' }>): Round => {
  const { channel, code, at } = event.data;
  return {
    ...told(event, at),
    kind: 'channelFaulted',
    approvers: ADMINISTRATORS,
    channels: alertChannel.options.filter(other => other !== channel),
    riskLevel: 'high',
    text: { contextSummary: '', proposedAction: '', entityId: '', actionName: channel },
    notice:
      `The provider of ${channel} refuses the settings of this organisation (${code}): nobody is told there until they are put right. ` +
      'Check and save them again under Channels.',
  };
};

const isByHand = ({ actor }: RecordedEvent['metadata']): boolean => actor.startsWith('operator:');

const undelivered = (event: RecordedEvent, at: string, actionName: string, notice: string): Round => ({
  ...told(event, at),
  kind: 'undelivered',
  approvers: ADMINISTRATORS,
  riskLevel: 'high',
  text: { contextSummary: '', proposedAction: '', entityId: '', actionName },
  notice,
});

const bypassed = (event: Extract<RecordedEvent, { type: 'AfterReviewOpened' }>, history: readonly RecordedEvent[]): Round | null => {
  const requested = history.find(({ type }) => type === 'ApprovalRequested');
  const bypass = history.findLast(({ type }) => type === 'GateBypassed');
  if (requested?.type !== 'ApprovalRequested' || bypass?.type !== 'GateBypassed') return null;
  const { riskLevel, toolName, private: asked } = requested.data;
  const { contextSummary, proposedAction, entityId } = asked.arguments;
  const { by } = bypass.data;
  return {
    ...told(event, event.data.at),
    kind: 'bypassed',
    approvers: { roles: [...SENIOR_ROLES, 'auditor'], operators: [] },
    riskLevel,
    text: { contextSummary, proposedAction, entityId, actionName: asked.action?.name ?? toolName },
    notice: `${by.display ?? by.id} let it run by break-glass, whatever the rules ask for. Somebody else has to look at it afterwards.`,
  };
};

/** People who cannot judge it afterwards: who let it through, and outside solo mode whoever asked. Nobody, for other notices. */
export const notForThem = ({ directory }: Pick<Deps, 'directory'>, tenant: string, history: readonly RecordedEvent[]): Set<string> => {
  const barred = new Set<string>();
  for (const event of history) {
    if (event.type === 'GateBypassed') barred.add(event.data.by.id);
    if (event.type !== 'ApprovalRequested' || directory.soloMode(tenant)) continue;
    const ownerId = directory.agent(event.data.agent.id)?.ownerId;
    for (const id of [ownerId, event.data.private.principal?.id]) if (id !== undefined) barred.add(id);
  }
  return barred;
};
