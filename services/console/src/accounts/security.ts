import type { changePasswordBody, JsonObject, SecurityStanding } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import type { AccountDeps } from './account-deps.ts';
import { tooMany } from './answer-sign-in.ts';
import { recordOwn } from './begin-session.ts';
import { passkeyRefused } from './invitations.ts';
import { assertGoodPassword } from './new-password.ts';
import { isProved } from './password-reset.ts';
import { checkCreated, creationOptions, type Reached } from './passkeys.ts';
import { mustAddFactor, type Person } from './person.ts';
import type { Session } from './sessions.ts';
import { base32Of, totpUri } from './totp.ts';

/** Passkeys of one person: devices, and a few that lie in a drawer. */
const PASSKEYS_MAX = 20;

/** How a person signs in, without a secret. @param session null for a script's token */
export const securityOf = async (deps: AccountDeps, person: Person, session: Session | null): Promise<SecurityStanding> => {
  const { accounts, directory, passkeyHost } = deps;
  const { operatorId, tenant, email } = person;
  const [password, passkeys, enabled, recoveryCodesLeft, identities] = await Promise.all([
    accounts.hasPassword(operatorId),
    accounts.passkeys.list(operatorId),
    accounts.secondFactors.hasTotp(operatorId),
    accounts.secondFactors.recoveryCodesLeft(operatorId),
    accounts.identities.list(operatorId),
  ]);
  const operator = directory.operator(operatorId);
  const changing = directory.emailChange(operatorId);
  return {
    email,
    emailVerified: operator !== null && isProved(operator),
    emailChange: changing === null ? null : { email: changing.email, expiresAt: changing.expiresAt },
    password,
    passkeys: passkeys.map(({ passkeyId, name, createdAt, lastUsedAt, backedUp }) => ({
      id: passkeyId,
      name,
      createdAt,
      lastUsedAt,
      backedUp,
    })),
    totp: { enabled, recoveryCodesLeft },
    identities: identities.map(({ issuer, linkedAt }) => ({ issuer, linkedAt })),
    policy: directory.signInPolicy(tenant),
    passkeyHost,
    mustAddFactor: session !== null && mustAddFactor(directory, tenant, session),
  };
};

/**
 * Changes the caller's own password; every other session ends.
 * @param keep the token of the caller's own session
 * @returns a token for the caller's session, which goes on under a new one
 * @throws ProblemError 403 `wrong_password`, 422 for a weak one; PasswordsBusy
 */
export const changePassword =
  (deps: AccountDeps) =>
  async (person: Person, session: Session, { current, password }: z.output<typeof changePasswordBody>): Promise<string> => {
    const { accounts } = deps;
    const { operatorId, email } = person;
    const who = `password of ${operatorId}`;
    const waitSec = deps.limit.waitSec(who, who);
    if (waitSec > 0) throw tooMany(waitSec);
    const had = await accounts.hasPassword(operatorId);
    if (had && !(await accounts.isPasswordOf(operatorId, current ?? ''))) {
      deps.limit.failed(who, who);
      throw new ProblemError('wrong_password', 403, 'Your current password is not right.', {
        errors: [{ pointer: '/current', detail: 'is not your password' }],
      });
    }
    assertGoodPassword(password, email);
    await accounts.setPassword({ operatorId, email, password });
    await recordOwn(deps, person, at => [{ type: 'PasswordChanged', data: { operatorId, how: 'own', at } }]);
    return accounts.sessions.begin(operatorId, session);
  };

/** Begins to make a passkey. @throws ProblemError 409 when there are too many */
export const beginPasskey = (deps: AccountDeps) => async (person: Person) => {
  const owned = await deps.accounts.passkeys.list(person.operatorId);
  if (owned.length >= PASSKEYS_MAX)
    throw new ProblemError('too_many_passkeys', 409, `You have ${PASSKEYS_MAX} passkeys; remove one first.`);
  const options = await creationOptions(deps, person, owned);
  return { flow: deps.flows.begin('passkeyAdd', { operatorId: person.operatorId, challenge: options.challenge }), options };
};

type Made = { flow: string; credential: JsonObject; name: string };
/** Keeps the passkey that was made. @returns its id. @throws ProblemError 422 for one that was not made here and now, 409 for one that is known */
export const addPasskey =
  (deps: AccountDeps) =>
  async (person: Person, { flow, credential, name }: Made, reached: Reached): Promise<{ id: string; name: string }> => {
    const { operatorId } = person;
    const begun = deps.flows.take('passkeyAdd', flow);
    const made = begun?.operatorId === operatorId ? await checkCreated(deps, credential, begun.challenge, reached) : null;
    if (made === null) throw passkeyRefused();
    const passkeyId = await deps.accounts.passkeys.add({ ...made, operatorId, name });
    if (passkeyId === null) throw new ProblemError('passkey_exists', 409, 'This passkey is known already.');
    await recordOwn(deps, person, at => [{ type: 'PasskeyAdded', data: { operatorId, passkeyId, at, private: { name } } }]);
    return { id: passkeyId, name };
  };

/** Removes a passkey; not the last way in. @throws ProblemError 404, 409 */
export const removePasskey =
  (deps: AccountDeps) =>
  async (person: Person, passkeyId: string): Promise<void> => {
    const { operatorId } = person;
    const { accounts } = deps;
    const owned = await accounts.passkeys.list(operatorId);
    if (!owned.some(passkey => passkey.passkeyId === passkeyId)) throw new ProblemError('not_found', 404, 'There is no such passkey.');
    const others = owned.length > 1 || (await accounts.hasPassword(operatorId)) || (await accounts.identities.list(operatorId)).length > 0;
    if (!others)
      throw new ProblemError('last_way_in', 409, 'This is the only way you can sign in. Set a password or add another passkey first.');
    await accounts.passkeys.remove(operatorId, passkeyId);
    await recordOwn(deps, person, at => [{ type: 'PasskeyRemoved', data: { operatorId, passkeyId, by: operatorId, at } }]);
  };

/** Begins to set up an authenticator app. @returns the key, to be scanned or typed. @throws ProblemError 409 when one is set up */
export const beginTotp =
  (deps: AccountDeps) =>
  async ({ operatorId, tenant, email }: Person): Promise<{ secret: string; uri: string }> => {
    const secret = await deps.accounts.secondFactors.beginTotp(operatorId);
    if (secret === null) throw new ProblemError('totp_enabled', 409, 'An authenticator app is set up already; remove it first.');
    const organization = deps.directory.organization(tenant)?.name ?? 'Holdpoint';
    return { secret: base32Of(secret), uri: totpUri(secret, `Holdpoint ${organization}`, email) };
  };

/** Takes the app's first code. @returns recovery codes, shown once. @throws ProblemError 422 */
export const confirmTotp =
  (deps: AccountDeps) =>
  async (person: Person, code: string): Promise<string[]> => {
    const { operatorId } = person;
    const recoveryCodes = await deps.accounts.secondFactors.confirmTotp(operatorId, code);
    if (recoveryCodes === null)
      throw new ProblemError('wrong_code', 422, 'The code is not right. Check the clock of your phone and type the next one.', {
        errors: [{ pointer: '/code', detail: 'is not the code of now' }],
      });
    await recordOwn(deps, person, at => [
      { type: 'TotpEnabled', data: { operatorId, at } },
      { type: 'RecoveryCodesIssued', data: { operatorId, count: recoveryCodes.length, at } },
    ]);
    return recoveryCodes;
  };

/** Replaces the recovery codes. @returns the new ones, shown once. @throws ProblemError 409 without an authenticator app */
export const renewRecoveryCodes = (deps: AccountDeps) => async (person: Person) => {
  const { operatorId } = person;
  if (!(await deps.accounts.secondFactors.hasTotp(operatorId))) throw noTotp();
  const recoveryCodes = await deps.accounts.secondFactors.newRecoveryCodes(operatorId);
  await recordOwn(deps, person, at => [{ type: 'RecoveryCodesIssued', data: { operatorId, count: recoveryCodes.length, at } }]);
  return { recoveryCodes };
};

/** Takes the authenticator app away, with its recovery codes. @throws ProblemError 409 */
export const removeTotp =
  (deps: AccountDeps) =>
  async (person: Person): Promise<void> => {
    const { operatorId } = person;
    if (!(await deps.accounts.secondFactors.hasTotp(operatorId))) throw noTotp();
    await deps.accounts.secondFactors.removeTotp(operatorId);
    await recordOwn(deps, person, at => [{ type: 'TotpDisabled', data: { operatorId, by: operatorId, at } }]);
  };

const noTotp = () => new ProblemError('totp_not_enabled', 409, 'No authenticator app is set up.');
