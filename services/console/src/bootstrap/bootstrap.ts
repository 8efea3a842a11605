import { API_KEY_SCOPES, streamOf, type SettingsEvent } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { defaultPolicy } from '@holdpoint/gate';
import { derivedId, newCredential, newWebhookKeys, parseCredential, sha256Hex } from '@holdpoint/sealing';
import type { Logger } from '@holdpoint/service-kit';
import type { Accounts } from '../accounts/accounts.ts';
import { randomPassword } from '../accounts/passwords.ts';
import { addressIdOf, operatorIdOf } from '../settings/people.ts';
import { credentialsPath, readCredentials, removeCredentials, writeCredentials, type Credentials } from './credentials-file.ts';

type Deps = {
  eventLog: Pick<EventLog, 'append'>;
  directory: Directory;
  accounts: Accounts;
  logger: Logger;
  now: () => string;
  dataDir: string;
  ownerEmail: string;
  organizationName: string;
  consoleUrl: string;
  ingestUrl: string;
};

/** The organisation an empty log begins with. Derived, so that two consoles that start at once mean the same stream. */
const FIRST_ORGANIZATION = derivedId('org', 'first');
const FIRST_AGENT = { id: 'assistant', name: 'Assistant' } as const;
/** Signs callbacks whose URL a request names itself. */
const DEFAULT_ENDPOINT = 'default';

/**
 * Gives an empty log its first organisation: an owner who can sign in, an agent with an API key, an access token, signing keys, the
 * default policy, and solo mode, since there is one person only. The credentials are written to the file before the log hears of them, so a start cut short anywhere is completed by
 * the next one with the same credentials. On a log that has an organisation of another origin nothing is done.
 * @throws LogUnavailable
 */
export const bootstrap = async (deps: Deps): Promise<void> => {
  const { directory, dataDir, logger } = deps;
  if (directory.organizations().length === 0) {
    if (!(await beginOrganization(deps))) {
      logger.info('another console has set up this log; its credentials.json has the credentials');
      return;
    }
  }
  const credentials = await readCredentials(dataDir);
  if (!credentials || !directory.organization(credentials.organizationId)) return;
  if (await complete(deps, credentials))
    logger.info({ file: credentialsPath(dataDir) }, `sign in at ${deps.consoleUrl} with the email and password in the file`);
  if (directory.soloMode(credentials.organizationId)) logger.warn(SOLO_MODE_IS_ON);
};

/** Said at every start while it is so: four eyes are the point of the product. */
const SOLO_MODE_IS_ON =
  'solo mode is on: you may approve what your own agent asks; switch it off when a second person joins (PUT /api/organization/solo-mode)';

/** Writes the credentials and creates the organisation. @returns false when another console was faster. */
const beginOrganization = async ({ eventLog, directory, now, dataDir, ...given }: Deps): Promise<boolean> => {
  const keys = newWebhookKeys();
  const credentials: Credentials = {
    consoleUrl: given.consoleUrl,
    ingestUrl: given.ingestUrl,
    email: given.ownerEmail,
    password: randomPassword(),
    apiKey: newCredential('hp_live').token,
    personalAccessToken: newCredential('hpo').token,
    webhookSecret: keys.secret,
    webhookPublicKey: keys.publicKey,
    agentId: FIRST_AGENT.id,
    organizationId: FIRST_ORGANIZATION,
  };
  await writeCredentials(dataDir, credentials);
  const at = now();
  const events: SettingsEvent[] = [
    { type: 'OrganizationCreated', data: { organizationId: FIRST_ORGANIZATION, name: given.organizationName, at } },
    { type: 'SoloModeSwitched', data: { on: true, by: operatorIdOf(FIRST_ORGANIZATION, given.ownerEmail), at } },
    {
      type: 'EndpointRegistered',
      data: {
        endpointId: DEFAULT_ENDPOINT,
        at,
        publicKey: keys.publicKey,
        private: { url: null, secret: keys.secret, signingKey: keys.signingKey },
      },
    },
  ];
  if (await appendFirst({ eventLog, directory, now }, streamOf.organization(FIRST_ORGANIZATION), events, credentials)) return true;
  await removeCredentials(dataDir);
  return false;
};

/** Adds what is missing of owner, agent, policy and account. @returns whether anything was. */
const complete = async (deps: Deps, credentials: Credentials): Promise<boolean> => {
  const { accounts, directory, now } = deps;
  const { organizationId: tenant, email, agentId } = credentials;
  const operatorId = operatorIdOf(tenant, email);
  const at = now();
  let added = false;
  if (!directory.operator(operatorId))
    added = (await appendFirst(deps, streamOf.operator(operatorId), ownerEvents(credentials, operatorId, at), credentials)) || added;
  if (!directory.agent(agentId))
    added = (await appendFirst(deps, streamOf.agent(agentId), agentEvents(credentials, operatorId, at), credentials)) || added;
  if (!directory.activePolicy(tenant)) {
    const document = defaultPolicy();
    const how = { policyId: document.id, version: 1, by: operatorId, at };
    const events: SettingsEvent[] = [
      { type: 'GatePolicyPublished', data: { ...how, document } },
      { type: 'GatePolicyActivated', data: how },
    ];
    added = (await appendFirst(deps, streamOf.gatePolicy(tenant), events, credentials)) || added;
  }
  if (!(await accounts.has(operatorId))) {
    await accounts.setPassword({ operatorId, email, password: credentials.password });
    added = true;
  }
  return added;
};

const ownerEvents = ({ organizationId, email, personalAccessToken }: Credentials, operatorId: string, at: string): SettingsEvent[] => {
  const addressId = addressIdOf(operatorId, 'email', email);
  const tokenId = idOfCredential(personalAccessToken);
  return [
    { type: 'MemberJoined', data: { operatorId, organizationId, at, private: { email, name: 'Owner' } } },
    { type: 'RoleGranted', data: { operatorId, role: 'owner', at } },
    { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel: 'email', at, private: { address: email } } },
    { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
    { type: 'PersonalAccessTokenIssued', data: { operatorId, tokenId, hash: sha256Hex(personalAccessToken), at, expiresAt: null } },
  ];
};

const agentEvents = ({ organizationId, agentId, apiKey }: Credentials, ownerId: string, at: string): SettingsEvent[] => [
  { type: 'AgentRegistered', data: { agentId, organizationId, name: FIRST_AGENT.name, ownerId, at } },
  {
    type: 'ApiKeyIssued',
    data: {
      agentId,
      keyId: idOfCredential(apiKey),
      hash: sha256Hex(apiKey),
      mode: 'live',
      scopes: [...API_KEY_SCOPES],
      at,
      expiresAt: null,
    },
  },
];

const idOfCredential = (token: string): string => {
  const parsed = parseCredential(token);
  if (!parsed) throw new Error('credentials.json holds a token that is not one; restore the file');
  return parsed.id;
};

/**
 * Appends to a stream that must not exist yet, and waits for the directory.
 * @returns false when it exists. The command id is this file's own: another console's events never count as ours repeated.
 */
const appendFirst = async (
  { eventLog, directory, now }: Pick<Deps, 'eventLog' | 'directory' | 'now'>,
  stream: string,
  events: SettingsEvent[],
  { organizationId, apiKey }: Credentials,
): Promise<boolean> => {
  try {
    const { position } = await eventLog.append(stream, events, {
      expectedRevision: 'none',
      commandId: `bootstrap:${idOfCredential(apiKey)}:${stream}`,
      tenant: organizationId,
      actor: 'service:console',
      recordedAt: now(),
    });
    await directory.atLeast(position);
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
};
