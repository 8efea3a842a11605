import { streamOf, type SettingsEvent, type SignInPolicy, type singleSignOnBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer } from '../settings/change-settings.ts';
import type { AccountDeps } from './account-deps.ts';
import { discoverProvider, returnAddress } from './identity-provider.ts';

/** How an organisation lets people sign in; the client's secret never. */
export const signInSettingsOf = (deps: Pick<AccountDeps, 'consoleUrl'> & { directory: Directory }, tenant: string) => {
  const provider = deps.directory.singleSignOn(tenant);
  return {
    policy: deps.directory.signInPolicy(tenant),
    singleSignOn:
      provider === null
        ? null
        : { issuer: provider.issuer, clientId: provider.clientId, domains: provider.domains, hasSecret: provider.clientSecret !== null },
    /** To be entered at the provider. */
    returnAddress: returnAddress(deps),
  };
};

/**
 * Sets which ways of signing in are taken, and whether a password needs a second factor. Holds from the next sign-in on, and for the second factor
 * from the next request.
 * @throws ProblemError 409 when no owner could sign in any more
 */
export const setSignInPolicy =
  (deps: AccountDeps) =>
  async (by: Changer, policy: SignInPolicy): Promise<ReturnType<typeof signInSettingsOf>> => {
    const wanted = { ...policy, methods: [...new Set(policy.methods)] };
    if (!(await someOwnerGetsIn(deps, by.tenant, wanted))) throw lockedOut();
    await change(deps, by, at => [{ type: 'SignInPolicySet', data: { policy: wanted, by: by.operatorId, at } }]);
    return signInSettingsOf(deps, by.tenant);
  };

const someOwnerGetsIn = async ({ accounts, directory }: AccountDeps, tenant: string, { methods }: SignInPolicy): Promise<boolean> => {
  const provider = directory.singleSignOn(tenant);
  for (const { operatorId, roles } of directory.list('operators', tenant)) {
    if (!roles.includes('owner')) continue;
    if (methods.includes('password') && (await accounts.hasPassword(operatorId))) return true;
    if (methods.includes('passkey') && (await accounts.passkeys.list(operatorId)).length > 0) return true;
    const linked = methods.includes('oidc') ? await accounts.identities.list(operatorId) : [];
    if (provider !== null && linked.some(({ issuer }) => issuer === provider.issuer)) return true;
  }
  return false;
};

/**
 * Sets the identity provider up, or changes it. It is asked before anything is saved; a secret that is left out stays.
 * @throws ProblemError 422 naming the issuer when it does not answer as one
 */
export const setSingleSignOn =
  (deps: AccountDeps) =>
  async (by: Changer, { issuer, clientId, clientSecret, domains }: z.output<typeof singleSignOnBody>) => {
    const known = deps.directory.singleSignOn(by.tenant);
    const kept = known?.issuer === issuer ? known.clientSecret : null;
    const secret = clientSecret === undefined ? kept : clientSecret;
    await discoverProvider(deps, { issuer, clientId, clientSecret: secret }).catch(refuseIssuer);
    await change(deps, by, at => [
      { type: 'SingleSignOnSet', data: { issuer, clientId, domains, by: by.operatorId, at, private: { clientSecret: secret } } },
    ]);
    return signInSettingsOf(deps, by.tenant);
  };

/** Takes the identity provider away. @throws ProblemError 404, 409 when no owner could sign in any more */
export const removeSingleSignOn =
  (deps: AccountDeps) =>
  async (by: Changer): Promise<void> => {
    if (deps.directory.singleSignOn(by.tenant) === null) throw new ProblemError('not_found', 404, 'Single sign-on is not set up.');
    const { methods, secondFactor } = deps.directory.signInPolicy(by.tenant);
    const others = { methods: methods.filter(method => method !== 'oidc'), secondFactor };
    if (!(await someOwnerGetsIn(deps, by.tenant, others))) throw lockedOut();
    await change(deps, by, at => [{ type: 'SingleSignOnRemoved', data: { by: by.operatorId, at } }]);
  };

const change = (deps: AccountDeps, by: Changer, events: (at: string) => SettingsEvent[]) =>
  changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => events(at));

const refuseIssuer = (error: unknown): never => {
  if (!(error instanceof ProblemError)) throw error;
  const detail = 'does not answer as an identity provider of that name';
  throw new ProblemError('invalid_issuer', 422, `The issuer ${detail}.`, { errors: [{ pointer: '/issuer', detail }] });
};

const lockedOut = () =>
  new ProblemError('locked_out', 409, 'No owner could sign in any more: an owner has to use one of the ways that are left first.');
