import type { HttpAnswer, InboundItem, InboundRequest, Outcome, Reply } from '../channel.ts';
import { activityOf, type Activity } from './activity.ts';
import { teamsAddress } from './address.ts';
import { CARD_TYPE, noteCard, settledCard, type CardJson } from './card.ts';

/** As the engine makes them; what has another form was never given out. */
const HANDLE = /^hp1[a-z2-7]{52}$/;
const TOKEN = /^[a-z2-7]{52}$/;

const ignored = (reason: string): InboundItem[] => [{ kind: 'ignored', reason }];
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * What an activity of Teams says: a press in a card (as an invoke or, from old clients, as a message with a value), a token that proves an account,
 * the bot being installed or removed. Everything else is ignored.
 * @param tenantId the one tenant whose people are heard
 */
export const parseActivity = ({ rawBody }: InboundRequest, tenantId: string): InboundItem[] => {
  const activity = activityOf(rawBody);
  const id = text(activity?.id);
  if (activity === null || id === null) return ignored('an activity without an id');
  const address = presserOf(activity, tenantId);
  if (address === null) return ignored('not from a person of the tenant');
  const serviceUrl = text(activity.serviceUrl);
  const conversationId = text(activity.conversation?.id);
  if (serviceUrl === null || conversationId === null) return ignored('no conversation');
  const route = { serviceUrl, conversationId };
  const reply: Reply = { ...route, activityId: text(activity.replyToId), invoked: activity.type === 'invoke' ? 'yes' : null };
  switch (activity.type) {
    case 'invoke':
      return activity.name === 'adaptiveCard/action'
        ? pressOf(id, address, invokedData(activity.value), reply)
        : ignored('another kind of invoke');
    case 'message': {
      if (activity.value !== undefined && activity.value !== null) return pressOf(id, address, activity.value, reply);
      const token = text(activity.text)?.trim() ?? '';
      if (activity.conversation?.conversationType !== 'personal' || !TOKEN.test(token)) return ignored('a message that is no token');
      return [{ kind: 'enrol', inboundId: id, token, address, route: JSON.stringify(route), reply }];
    }
    case 'installationUpdate':
      return [{ kind: String(activity.action).startsWith('remove') ? 'optOut' : 'optIn', inboundId: id, identities: [address] }];
    default:
      return ignored(`an activity of another type`);
  }
};

/** `tenantId/aadObjectId`; null for guests without one, for other tenants, and where two parts of the envelope name different ones. */
const presserOf = ({ from, conversation, channelData }: Activity, tenantId: string): string | null => {
  const tenants = [channelData?.tenant?.id, conversation?.tenantId].filter(tenant => tenant !== undefined && tenant !== null);
  const person = text(from?.aadObjectId);
  if (person === null || tenants.length === 0 || !tenants.every(tenant => String(tenant).toLowerCase() === tenantId.toLowerCase()))
    return null;
  const address = teamsAddress(`${tenantId}/${person}`);
  return address?.includes('/') === true ? address : null;
};

/** `value: {action: {data}, trigger}`; a card that refreshes itself (`automatic`) was pressed by nobody. */
const invokedData = (value: unknown): unknown => {
  const { action, trigger } = (value ?? {}) as { action?: { data?: unknown }; trigger?: unknown };
  return trigger === 'automatic' ? null : action?.data;
};

const pressOf = (id: string, address: string, data: unknown, reply: Reply): InboundItem[] => {
  const { handle, note } = (typeof data === 'object' && data !== null ? data : {}) as { handle?: unknown; note?: unknown };
  const pressed = text(handle);
  if (pressed === null || !HANDLE.test(pressed)) return ignored('a press without a handle');
  const reason = text(note)?.trim() ?? '';
  return [{ kind: 'press', inboundId: id, identities: [address], handle: pressed, ...(reason === '' ? {} : { note: reason }), reply }];
};

/** Only an invoke has an answer that its person sees. */
export const isInvoked = (item: InboundItem): boolean => item.kind === 'press' && item.reply['invoked'] === 'yes';

const WORKING = 'Your answer has arrived and is being looked at.';

/** An invoke is answered with the card that takes the pressed one's place, or with words; a message only with a 200. */
export const answerActivity = (items: readonly InboundItem[], outcomes: readonly Outcome[]): HttpAnswer => {
  const [item] = items;
  if (item?.kind !== 'press' || !isInvoked(item)) return { status: 200 };
  const [outcome] = outcomes;
  if (outcome === undefined) return invokeAnswer('application/vnd.microsoft.activity.message', WORKING);
  if (outcome.outcome === 'asksNote') return invokeAnswer(CARD_TYPE, noteCard(outcome.text, item.handle));
  return outcome.message === undefined
    ? invokeAnswer('application/vnd.microsoft.activity.message', outcome.text)
    : invokeAnswer(CARD_TYPE, settledCard(outcome.message, outcome.text));
};

/** "Universal Actions for Adaptive Cards", response format. */
const invokeAnswer = (type: string, value: string | CardJson): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ statusCode: 200, type, value }),
});
