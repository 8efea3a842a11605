import { passwordResetBody, passwordResetConfirmBody } from '@holdpoint/contracts';
import type { Logger } from '@holdpoint/service-kit';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS, LOGGER } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { limitTokens, refuseWhenBusy, tooMany } from './answer-sign-in.ts';
import { confirmPasswordReset, requestPasswordReset } from './password-reset.ts';

/** A forgotten password. The answer is the same for every address, and given before anything is looked up. */
@Controller('api/password-reset')
export class PasswordResetController {
  constructor(
    @Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(202)
  request(@Req() request: FastifyRequest): { detail: string } {
    const { email } = readBody(request, passwordResetBody);
    const { mailLimit } = this.deps;
    const waitSec = mailLimit.waitSec(email, request.ip);
    if (waitSec > 0) throw tooMany(waitSec);
    mailLimit.failed(email, request.ip);
    setImmediate(() => {
      requestPasswordReset(this.deps)(email).catch((error: unknown) =>
        this.logger.warn({ err: error }, 'a link for a new password was not sent'),
      );
    });
    return { detail: 'If there is an account under this address, a link is on its way. It works for half an hour.' };
  }

  @Post('confirm')
  @HttpCode(204)
  async confirm(@Req() request: FastifyRequest): Promise<void> {
    const body = readBody(request, passwordResetConfirmBody);
    await limitTokens(this.deps, request, () => confirmPasswordReset(this.deps)(body)).catch(refuseWhenBusy);
  }
}
