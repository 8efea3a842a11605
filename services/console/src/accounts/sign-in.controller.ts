import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readBody } from '../read-body.ts';
import { ACCOUNTS, CONSOLE_ORIGIN, DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { Accounts } from './accounts.ts';
import { PASSWORD_CHARS, PasswordsBusy } from './passwords.ts';
import { readSessionCookie, sessionCookie } from './session-cookie.ts';
import { signIn } from './sign-in.ts';
import { openSignInLimit } from './sign-in-limit.ts';

const signInBody = z.strictObject({ email: z.string().min(3).max(254), password: z.string().min(1).max(PASSWORD_CHARS.max) });
/** Seconds to wait while more sign-ins are being checked than this process takes. */
const BUSY_RETRY_SEC = '5';

/** `POST /api/sign-in` and `POST /api/sign-out`. */
@Controller('api')
export class SignInController {
  private readonly secure: boolean;
  private readonly signIn: ReturnType<typeof signIn>;

  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(DIRECTORY) directory: Directory,
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(NOW) now: () => string,
    @Inject(CONSOLE_ORIGIN) consoleOrigin: string,
  ) {
    this.secure = consoleOrigin.startsWith('https:');
    this.signIn = signIn({ accounts, directory, eventLog, limit: openSignInLimit(() => Date.parse(now())), now });
  }

  @Post('sign-in')
  @HttpCode(200)
  async in(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ operatorId: string; name: string }> {
    const result = await this.signIn(readBody(request, signInBody), request.ip).catch(refuseWhenBusy);
    switch (result.outcome) {
      case 'signedIn':
        reply.header('set-cookie', sessionCookie(result.token, this.secure)).header('cache-control', 'no-store');
        return { operatorId: result.operator.operatorId, name: result.operator.name };
      case 'wrong':
        throw new ProblemError('wrong_credentials', 401, 'The email or the password is wrong.');
      case 'tooMany':
        throw new ProblemError('too_many_attempts', 429, 'Too many wrong passwords; wait before the next attempt.', {
          headers: { 'retry-after': String(result.retryAfterSec) },
        });
      default:
        return result satisfies never;
    }
  }

  @Post('sign-out')
  @HttpCode(204)
  async out(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = readSessionCookie(request.headers.cookie, this.secure);
    if (token !== null) await this.accounts.end(token);
    reply.header('set-cookie', sessionCookie('', this.secure)).header('clear-site-data', '"cache", "storage"');
  }
}

const refuseWhenBusy = (error: unknown): never => {
  if (!(error instanceof PasswordsBusy)) throw error;
  throw new ProblemError(error.code, 429, 'Too many people are signing in at the moment.', { headers: { 'retry-after': BUSY_RETRY_SEC } });
};
