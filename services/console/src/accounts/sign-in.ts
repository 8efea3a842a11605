import type { Operator } from '@holdpoint/directory';
import type { AccountDeps } from './account-deps.ts';
import { beginSession, recordOwn } from './begin-session.ts';

/** Codes that may be tried for one right password. */
const TRIES_MAX = 5;
const RECOVERY_CODE_CHARS_MIN = 16;

export type SignedIn =
  | { outcome: 'signedIn'; token: string; operator: Operator }
  | { outcome: 'wrong' }
  | { outcome: 'tooMany'; retryAfterSec: number }
  /** The password was right, and a code is asked for. */
  | { outcome: 'secondFactor'; flow: string }
  | { outcome: 'notTaken'; detail: string };
/** Who asks: the network address, for the limit, and the browser in words. */
export type From = { address: string; device: string };

/**
 * Checks an email and a password; begins a session, or asks for the second factor that the person has set up. Says nothing of an account before
 * its password was right, and takes the same time without one.
 * @throws PasswordsBusy, LogUnavailable
 */
export const signIn =
  (deps: AccountDeps) =>
  async ({ email, password }: { email: string; password: string }, from: From): Promise<SignedIn> => {
    const { accounts, directory, limit, flows } = deps;
    const waitSec = limit.waitSec(email, from.address);
    if (waitSec > 0) return { outcome: 'tooMany', retryAfterSec: waitSec };
    const operatorId = await accounts.check(email, password);
    const operator = operatorId === null ? null : directory.operator(operatorId);
    if (!operator) {
      limit.failed(email, from.address);
      return { outcome: 'wrong' };
    }
    const policy = directory.signInPolicy(operator.tenant);
    if (!policy.methods.includes('password')) return { outcome: 'notTaken', detail: OTHER_WAY };
    if (await accounts.secondFactors.hasTotp(operator.operatorId))
      return { outcome: 'secondFactor', flow: flows.begin('secondFactor', { operatorId: operator.operatorId, email, tries: 0 }) };
    if (policy.secondFactor && (await accounts.passkeys.list(operator.operatorId)).length > 0)
      return { outcome: 'notTaken', detail: 'Your organisation asks for two factors: sign in with your passkey.' };
    limit.succeeded(email);
    return {
      outcome: 'signedIn',
      token: await beginSession(deps, operator, { method: 'password', twoFactors: false }, from.device),
      operator,
    };
  };

const OTHER_WAY = 'Your organisation does not take passwords: sign in with a passkey or by single sign-on.';

/**
 * Takes the code of the authenticator app, or a recovery code, after a right password. Each is good once; wrong ones count like wrong passwords.
 * @throws LogUnavailable
 */
export const showSecondFactor =
  (deps: AccountDeps) =>
  async ({ flow: token, code }: { flow: string; code: string }, from: From): Promise<SignedIn> => {
    const { directory, limit, flows } = deps;
    const flow = flows.look('secondFactor', token);
    const operator = flow === null ? null : directory.operator(flow.operatorId);
    if (flow === null || operator === null) return { outcome: 'notTaken', detail: 'That took too long. Begin again with your password.' };
    const waitSec = limit.waitSec(flow.email, from.address);
    if (waitSec > 0) return { outcome: 'tooMany', retryAfterSec: waitSec };
    flow.tries += 1;
    if (flow.tries >= TRIES_MAX) flows.take('secondFactor', token);
    const shown = await taken(deps, operator, code.trim());
    if (shown === null) {
      limit.failed(flow.email, from.address);
      return { outcome: 'wrong' };
    }
    flows.take('secondFactor', token);
    limit.succeeded(flow.email);
    const proof = { method: 'password', twoFactors: true, secondFactor: shown } as const;
    return { outcome: 'signedIn', token: await beginSession(deps, operator, proof, from.device), operator };
  };

const taken = async (deps: AccountDeps, operator: Operator, code: string): Promise<'totp' | 'recoveryCode' | null> => {
  const { secondFactors } = deps.accounts;
  if (code.length < RECOVERY_CODE_CHARS_MIN) return (await secondFactors.takeTotp(operator.operatorId, code)) ? 'totp' : null;
  const left = await secondFactors.takeRecoveryCode(operator.operatorId, code);
  if (left === null) return null;
  await recordOwn(deps, operator, at => [{ type: 'RecoveryCodeUsed', data: { operatorId: operator.operatorId, left, at } }]);
  return 'recoveryCode';
};
