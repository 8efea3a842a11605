import type { Operator, SingleSignOn } from '@holdpoint/directory';
import { memberWithEmail } from '../settings/people.ts';
import type { AccountDeps } from './account-deps.ts';
import { beginSession, recordOwn } from './begin-session.ts';
import { askProvider, identifyBy, type Identified } from './identity-provider.ts';
import { invitationFor } from './invitations.ts';
import { joinInvited } from './join.ts';
import type { From, SignedIn } from './sign-in.ts';
import { ProblemError } from '@holdpoint/service-kit';

/**
 * Begins single sign-on. What binds the answer to this browser stays here, under a token the page keeps.
 * @throws ProblemError 404 for an organisation without it, 502
 */
export const beginSingleSignOn = (deps: AccountDeps) => async (tenant: string) => {
  const provider = deps.directory.singleSignOn(tenant);
  if (provider === null || !deps.directory.signInPolicy(tenant).methods.includes('oidc'))
    throw new ProblemError('not_found', 404, 'This organisation has no single sign-on.');
  const { url, ...kept } = await askProvider(deps, provider);
  return { url, flow: deps.flows.begin('oidc', { tenant, issuer: provider.issuer, ...kept }) };
};

/**
 * Signs in by what the provider says: the member whose account it is, or, the first time, the member or invited person whose verified address it
 * names, within the organisation's domains. Nobody else gets in by it.
 * @throws ProblemError 502, LogUnavailable
 */
export const finishSingleSignOn =
  (deps: AccountDeps) =>
  async ({ flow: token, query }: { flow: string; query: string }, from: From): Promise<SignedIn> => {
    const { directory, flows, limit } = deps;
    const who = `sign-on from ${from.address}`;
    const waitSec = limit.waitSec(who, from.address);
    if (waitSec > 0) return { outcome: 'tooMany', retryAfterSec: waitSec };
    const flow = flows.take('oidc', token);
    const provider = flow === null ? null : directory.singleSignOn(flow.tenant);
    if (flow === null || provider === null || provider.issuer !== flow.issuer)
      return { outcome: 'notTaken', detail: 'That took too long, or was begun in another window. Begin again.' };
    const identified = await identifyBy(deps, provider, query, flow);
    if (identified === null) {
      limit.failed(who, from.address);
      return { outcome: 'wrong' };
    }
    const operator = await memberOf(deps, provider, identified);
    if (operator === null)
      return { outcome: 'notTaken', detail: 'You are neither a member nor invited with this address. Ask an administrator.' };
    return { outcome: 'signedIn', token: await beginSession(deps, operator, { method: 'oidc', twoFactors: false }, from.device), operator };
  };

const memberOf = async (deps: AccountDeps, provider: SingleSignOn, identified: Identified): Promise<Operator | null> => {
  const { accounts, directory } = deps;
  const { issuer, subject, email, name } = identified;
  const known = await accounts.identities.operatorOf(issuer, subject);
  if (known !== null) {
    const operator = directory.operator(known);
    return operator?.tenant === provider.tenant ? operator : null;
  }
  if (email === null || !provider.domains.includes(email.toLowerCase().split('@').at(-1) ?? '')) return null;
  const member = memberWithEmail(directory, provider.tenant, email);
  const invitation = invitationFor(directory, provider.tenant, email);
  const operatorId = member?.operatorId ?? invitation?.operatorId;
  if (operatorId === undefined) return null;
  if (!(await accounts.identities.link({ issuer, subject, operatorId }))) return null;
  const operator = member ?? (invitation === null ? null : await joinInvited(deps, invitation, name ?? invitation.name, true));
  if (operator === null) return null;
  if (!(await accounts.has(operatorId))) await accounts.add({ operatorId, email: operator.email });
  await recordOwn(deps, operator, at => [{ type: 'IdentityLinked', data: { operatorId, issuer, at } }]);
  return operator;
};
