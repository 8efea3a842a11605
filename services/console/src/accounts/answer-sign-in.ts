import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountDeps } from './account-deps.ts';
import { deviceOf } from './device.ts';
import { PasswordsBusy } from './passwords.ts';
import { readSessionCookie, sessionCookie } from './session-cookie.ts';
import type { From, SignedIn } from './sign-in.ts';

/** Seconds to wait while more sign-ins are being checked than this process takes. */
const BUSY_RETRY_SEC = '5';

export const fromOf = (request: FastifyRequest): From => ({ address: request.ip, device: deviceOf(request.headers['user-agent']) });

/**
 * Gives the browser its session; one it had before ends.
 * @throws ProblemError 401 `wrong_credentials`, 401 `second_factor_required` with the `flow` to go on with, 403, 429
 */
export const answerSignIn = async (
  { accounts, secure }: Pick<AccountDeps, 'accounts' | 'secure'>,
  result: SignedIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ operatorId: string; name: string }> => {
  switch (result.outcome) {
    case 'signedIn': {
      const before = readSessionCookie(request.headers.cookie, secure);
      if (before !== null) await accounts.sessions.end(before);
      reply.header('set-cookie', sessionCookie(result.token, secure)).header('cache-control', 'no-store');
      return { operatorId: result.operator.operatorId, name: result.operator.name };
    }
    case 'secondFactor':
      throw new ProblemError('second_factor_required', 401, 'Type the code your authenticator app shows, or a recovery code.', {
        members: { flow: result.flow },
      });
    case 'wrong':
      throw new ProblemError('wrong_credentials', 401, 'What you gave is not right.');
    case 'notTaken':
      throw new ProblemError('sign_in_not_taken', 403, result.detail);
    case 'tooMany':
      throw tooMany(result.retryAfterSec);
    default:
      return result satisfies never;
  }
};

/** @throws ProblemError 429 while this address has to wait */
export const tooMany = (retryAfterSec: number) =>
  new ProblemError('too_many_attempts', 429, 'Too many attempts; wait before the next one.', {
    headers: { 'retry-after': String(retryAfterSec) },
  });

/** Turns "more at once than can be hashed" into an answer; everything else goes on. */
export const refuseWhenBusy = (error: unknown): never => {
  if (!(error instanceof PasswordsBusy)) throw error;
  throw new ProblemError(error.code, 429, 'Too many people are signing in at the moment.', { headers: { 'retry-after': BUSY_RETRY_SEC } });
};

/** Carries out what a secret link opens; from where wrong ones come, further ones have to wait. @throws ProblemError 429 */
export const limitTokens = async <T>({ limit }: Pick<AccountDeps, 'limit'>, { ip }: FastifyRequest, open: () => Promise<T>): Promise<T> => {
  const who = `link from ${ip}`;
  const waitSec = limit.waitSec(who, ip);
  if (waitSec > 0) throw tooMany(waitSec);
  try {
    return await open();
  } catch (error) {
    if (error instanceof ProblemError && error.status === 410) limit.failed(who, ip);
    throw error;
  }
};
