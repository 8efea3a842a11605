import type { InboxPage } from '@holdpoint/contracts';
import type { OperatorsApi } from '../api/operators-api.ts';
import type { Listed } from '../channels/channel-commands.ts';
import { Stop } from '../stop.ts';
import { bad, doubtful, good, type Finding } from './finding.ts';

type Safety = { soloMode: boolean; killSwitches: { scope: { kind: string; agentId?: string }; by: { name: string }; at: string }[] };
type Endpoints = { items: { id: string; disabled: boolean | string | null }[] };
type Callbacks = { items: { id: string }[]; nextCursor: string | null };
type Members = { items: { id: string; name: string; addresses: { channel: string; verified: boolean }[] }[] };
type Tested = { outcome: 'sent' | 'link' | 'refused'; detail?: string };

/** What the organisation's own settings say: who can be told, where answers go, and what holds everything up. */
export const organizationFindings = async (api: OperatorsApi, { sendTests }: { sendTests: boolean }): Promise<Finding[]> => [
  ...(await look('database', () => inboxFinding(api))),
  ...(await look('brakes', () => brakeFindings(api))),
  ...(await look('channels', () => channelFindings(api, sendTests))),
  ...(await look('people', () => peopleFindings(api))),
  ...(await look('endpoints', () => endpointFindings(api))),
  ...(await look('callbacks', () => callbackFindings(api))),
];

/** A check that cannot be made says so; the others are still made. */
const look = async (check: string, find: () => Promise<Finding | Finding[]>): Promise<Finding[]> => {
  try {
    return [await find()].flat();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { status } = error.details;
    if (status === 403) return [doubtful(check, 'was not looked at: your role may not', 'Use the token of an administrator.')];
    return [bad(check, error.message, 'Look at the log of the console: logs/ in the data folder.')];
  }
};

const inboxFinding = async (api: OperatorsApi): Promise<Finding> => {
  const { counts } = await api.get<InboxPage>('/api/inbox?view=all&limit=1');
  return good('database', `the read model answers: ${counts.all} open, ${counts.decided} decided`);
};

const brakeFindings = async (api: OperatorsApi): Promise<Finding[]> => {
  const { soloMode, killSwitches } = await api.get<Safety>('/api/safety');
  const engaged = killSwitches.map(({ scope, by, at }) =>
    doubtful(
      'kill switch',
      `is engaged for ${scope.kind === 'agent' ? `the agent ${scope.agentId ?? ''}` : 'everything'} by ${by.name} since ${at}: open requests are held`,
      'An administrator releases it in the console when the reason is gone.',
    ),
  );
  const solo = soloMode
    ? [
        doubtful(
          'solo mode',
          'is on: you may approve what your own agent asks',
          'Switch it off when a second person joins: Organisation in the console.',
        ),
      ]
    : [];
  return engaged.length + solo.length === 0 ? [good('brakes', 'no kill switch is engaged')] : [...engaged, ...solo];
};

const channelFindings = async (api: OperatorsApi, sendTests: boolean): Promise<Finding[]> => {
  const { items } = await api.get<{ items: Listed[] }>('/api/channels');
  const connected = items.filter(channel => channel.connected);
  if (connected.length === 0)
    return [
      doubtful(
        'channels',
        'none is set up: people learn of requests in the console only',
        'Set one up: docs/channels, `holdpoint channel connect`.',
      ),
    ];
  if (!sendTests) return [good('channels', `${connected.map(({ id }) => id).join(', ')} set up; --send-tests tries each`)];
  return Promise.all(connected.map(({ id }) => triedChannel(api, id)));
};

const triedChannel = async (api: OperatorsApi, id: string): Promise<Finding> => {
  const check = `channel ${id}`;
  try {
    const tested = await api.send<Tested>('POST', `/api/channels/${id}/test`, {});
    return tested.outcome === 'sent'
      ? good(check, 'a test message was sent to your address')
      : bad(check, tested.detail ?? 'your address there is not linked', `docs/channels/${id}.md, "When it does not work".`);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return bad(check, error.message, `docs/channels/${id}.md, "When it does not work".`);
  }
};

const NAMES_MAX = 5;
const peopleFindings = async (api: OperatorsApi): Promise<Finding> => {
  const { items } = await api.get<Members>('/api/members');
  const silent = items.filter(({ addresses }) => !addresses.some(({ channel, verified }) => verified && channel !== 'inbox'));
  if (silent.length === 0) return good('people', `${items.length} can be told outside the console`);
  const names = silent.slice(0, NAMES_MAX).map(({ name }) => name);
  const more = silent.length > names.length ? ` and ${silent.length - names.length} more` : '';
  return doubtful(
    'people',
    `${names.join(', ')}${more} can be told in the console only`,
    'Each adds an address: `holdpoint address add`, or "Where I am told" in the console.',
  );
};

const endpointFindings = async (api: OperatorsApi): Promise<Finding[]> => {
  const { items } = await api.get<Endpoints>('/api/endpoints');
  const disabled = items.filter(endpoint => endpoint.disabled);
  if (disabled.length === 0) return [good('endpoints', `${items.length} registered, none disabled`)];
  return disabled.map(({ id }) =>
    bad(
      `endpoint ${id}`,
      'is disabled: its callbacks wait',
      `Put the receiver right, then POST /api/endpoints/${id}/enable, or Enable in the console; \`holdpoint replay-callbacks --endpoint ${id} --from …\` sends what was given up.`,
    ),
  );
};

const callbackFindings = async (api: OperatorsApi): Promise<Finding> => {
  const { items, nextCursor } = await api.get<Callbacks>('/api/callbacks?state=exhausted&limit=50');
  if (items.length === 0) return good('callbacks', 'none was given up');
  const count = nextCursor === null ? String(items.length) : `${items.length} or more`;
  return doubtful(
    'callbacks',
    `${count} were given up, the newest for ${items[0]!.id}`,
    'See why in the console (Callbacks); `holdpoint replay-callbacks <id>` sends one again.',
  );
};
