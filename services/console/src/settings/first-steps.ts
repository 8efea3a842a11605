import type { Directory } from '@holdpoint/directory';
import type { Kysely } from 'kysely';
import { askNotification, type ChannelDescriptions } from './ask-notification.ts';
import type { Messaging } from '@holdpoint/messaging';
import type { ReadModelTables } from '../read-model/schema.ts';
import type { Changer } from './change-settings.ts';
import { addressIdOf } from './people.ts';

/** A step to a first approval, and when it really happened; null: not yet. */
export type FirstStep = { name: 'channel' | 'address' | 'key' | 'request' | 'decision'; at: string | null };

/** Part of the row's JSON of who decided: rules and timeouts are of another kind. */
const BY_A_PERSON = '%"kind":"operator"%';

type Deps = { directory: Directory; read: Kysely<ReadModelTables>; messaging: Pick<Messaging, 'request'> };

/**
 * Five steps from a new installation to a first approval, each by what happened: a channel that people can be told on, an address the person proved,
 * a key that was used, a request, and a decision by a person. The mail address somebody joined with does not count as proved.
 */
export const firstSteps = async ({ directory, read, messaging }: Deps, by: Changer): Promise<{ items: FirstStep[] }> => {
  const operator = directory.operator(by.operatorId);
  const joinedWith = operator === null ? '' : addressIdOf(by.operatorId, 'email', operator.email);
  const proved = (operator?.addresses ?? []).filter(({ verified, addressId }) => verified && addressId !== joinedWith);
  const first = await read
    .selectFrom('approvals')
    .select(eb => [
      eb.fn.min('requested_at').as('requested'),
      eb.fn.min('decided_at').filterWhere('decided_by', 'like', BY_A_PERSON).as('decided'),
    ])
    .where('tenant', '=', by.tenant)
    .executeTakeFirst();
  return {
    items: [
      { name: 'channel', at: await channelAt(directory, messaging, by.tenant, proved) },
      { name: 'address', at: earliest(proved.map(({ verifiedAt }) => verifiedAt)) },
      { name: 'key', at: earliest(directory.list('apiKeys', by.tenant).map(({ usedAt }) => usedAt)) },
      { name: 'request', at: first?.requested ?? null },
      { name: 'decision', at: first?.decided ?? null },
    ],
  };
};

/** Notifications of browsers are set up by themselves: they count once somebody is told by them. A channel of the installation counts from its beginning. */
const channelAt = async (
  directory: Directory,
  messaging: Pick<Messaging, 'request'>,
  tenant: string,
  proved: readonly { channel: string; verifiedAt: string | null }[],
): Promise<string | null> => {
  const own = directory.list('channels', tenant).filter(({ channel }) => channel !== 'push');
  const told = proved.filter(({ channel }) => channel === 'push');
  const at = earliest([...own.map(({ connectedAt }) => connectedAt), ...told.map(({ verifiedAt }) => verifiedAt)]);
  if (at !== null) return at;
  const described = await askNotification<ChannelDescriptions>(messaging, 'hp.query.channels', {}).catch(() => null);
  return described?.channels.some(({ installed }) => installed) === true ? INSTALLED_AT : null;
};
/** Nobody recorded when an installation was given its own mail server. */
const INSTALLED_AT = new Date(0).toISOString();

const earliest = (instants: readonly (string | null)[]): string | null => instants.filter(at => at !== null).toSorted()[0] ?? null;
