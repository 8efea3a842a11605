import type { InboundItem, InboundRequest } from '../channel.ts';
import { readMetadata, NOTE_ACTION, NOTE_BLOCK, NOTE_VIEW } from './note-modal.ts';
import { OPEN_ACTION } from './render.ts';

/** What we read of Slack's payloads; everything may be missing. */
type Who = { id?: string; team_id?: string };
type Interaction = {
  type?: string;
  user?: Who;
  team?: { id?: string } | null;
  channel?: { id?: string };
  container?: { type?: string; message_ts?: string; channel_id?: string };
  trigger_id?: string;
  response_url?: string;
  actions?: { action_id?: string; type?: string; value?: string; action_ts?: string }[];
  view?: {
    id?: string;
    callback_id?: string;
    private_metadata?: string;
    state?: { values?: Record<string, Record<string, { value?: string | null }>> };
  };
};
type EventCallback = {
  type?: string;
  event_id?: string;
  team_id?: string;
  event?: {
    type?: string;
    subtype?: string;
    bot_id?: string;
    channel_type?: string;
    channel?: string;
    user?: string;
    user_team?: string;
    team?: string;
    text?: string;
    ts?: string;
  };
};

const ignored = (reason: string): InboundItem[] => [{ kind: 'ignored', reason }];

/** An interaction (a form with `payload`) or an event (JSON) as items. */
export const parseSlack = ({ headers, rawBody }: InboundRequest): InboundItem[] => {
  const text = rawBody.toString('utf8');
  const isEvent = headers['content-type']?.startsWith('application/json') === true;
  let body: Interaction & EventCallback;
  try {
    body = JSON.parse(isEvent ? text : (new URLSearchParams(text).get('payload') ?? '')) as typeof body;
  } catch {
    return ignored('not readable');
  }
  if (typeof body !== 'object' || body === null) return ignored('not readable');
  if (body.type === 'block_actions') return ofActions(body);
  if (body.type === 'view_submission') return ofSubmission(body);
  if (body.type === 'event_callback') return ofEvent(body);
  return ignored('a kind of payload nobody asked for');
};

/** Direct messages have ids that begin with D. The app writes nowhere else, so a button that is pressed elsewhere proves nobody. */
const isDirect = (channel: string | undefined): channel is string => channel?.startsWith('D') === true;

/** The member's own workspace: in shared conversations people of others press too. */
const identityOf = (user: Who | undefined, team: { id?: string } | null | undefined): string | null => {
  const workspace = user?.team_id ?? team?.id;
  return user?.id === undefined || workspace === undefined ? null : `${workspace}/${user.id}`;
};

const ofActions = (body: Interaction): InboundItem[] => {
  const identity = identityOf(body.user, body.team);
  const channel = body.container?.channel_id ?? body.channel?.id;
  const message = body.container?.message_ts;
  if (identity === null || message === undefined) return ignored('a press on nothing');
  return (body.actions ?? []).flatMap(({ action_id: id, value, action_ts: at }): InboundItem[] =>
    id === OPEN_ACTION || value === undefined || at === undefined
      ? ignored('a button that only opens')
      : [
          {
            kind: 'press',
            inboundId: `${identity}/${message}/${at}`,
            identities: isDirect(channel) ? [identity] : [],
            handle: value,
            reply: {
              user: body.user?.id ?? null,
              channel: channel ?? null,
              message: isDirect(channel) ? message : null,
              trigger: body.trigger_id ?? null,
              responseUrl: body.response_url ?? null,
            },
          },
        ],
  );
};

const ofSubmission = ({ user, team, view }: Interaction): InboundItem[] => {
  const identity = identityOf(user, team);
  const metadata = view?.callback_id === NOTE_VIEW ? readMetadata(view.private_metadata ?? '') : null;
  const note = view?.state?.values?.[NOTE_BLOCK]?.[NOTE_ACTION]?.value;
  if (identity === null || metadata === null || view?.id === undefined || typeof note !== 'string') return ignored('not a form of ours');
  return [
    {
      kind: 'press',
      inboundId: view.id,
      identities: [identity],
      handle: metadata.handle,
      note,
      reply: { user: user?.id ?? null, channel: metadata.channel, message: metadata.message, trigger: null, responseUrl: null },
    },
  ];
};

/** An enrolment token (52 characters a–z, 2–7), as it is copied: with quotes or code marks around it, begun with a capital by a phone. */
const TOKEN = /^[\s`"'*_]*([a-z2-7]{52})[\s`"'*_]*$/i;

const ofEvent = ({ event, event_id: inboundId, team_id: team }: EventCallback): InboundItem[] => {
  if (event?.type !== 'message' || event.channel_type !== 'im' || inboundId === undefined) return ignored('not a direct message');
  if (event.subtype !== undefined || event.bot_id !== undefined || event.user === undefined) return ignored('not written by a person');
  const token = TOKEN.exec(event.text ?? '')?.[1]?.toLowerCase();
  const workspace = event.user_team ?? event.team ?? team;
  if (token === undefined || workspace === undefined) return ignored('not an enrolment');
  return [
    {
      kind: 'enrol',
      inboundId,
      token,
      address: `${workspace}/${event.user}`,
      route: null,
      reply: { user: event.user, channel: event.channel ?? null, message: null, trigger: null, responseUrl: null },
    },
  ];
};
