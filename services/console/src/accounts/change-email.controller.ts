import { changeEmailBody, confirmEmailBody } from '@holdpoint/contracts';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { limitTokens } from './answer-sign-in.ts';
import { confirmEmail, requestEmailChange } from './change-email.ts';
import { freshPersonOf } from './person.ts';

/** Another address to sign in with: asked for from a session that began a short while ago, confirmed by whoever reads the mail sent there. */
@Controller('api/me/email')
export class ChangeEmailController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Post()
  @HttpCode(202)
  request(@Req() request: FastifyRequest) {
    return requestEmailChange(this.deps)(freshPersonOf(request, this.deps.now()), readBody(request, changeEmailBody).email);
  }
  @Post('confirm')
  @HttpCode(200)
  confirm(@Req() request: FastifyRequest) {
    const { token } = readBody(request, confirmEmailBody);
    return limitTokens(this.deps, request, () => confirmEmail(this.deps)(token));
  }
}
