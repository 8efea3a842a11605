import { oidcFinishBody, oidcSignInBody } from '@holdpoint/contracts';
import { Controller, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { answerSignIn, fromOf, tooMany } from './answer-sign-in.ts';
import { beginSingleSignOn, finishSingleSignOn } from './oidc-sign-in.ts';

/** `POST /api/sign-in/oidc` gives the provider's address, `POST /api/sign-in/oidc/finish` takes what it sent the browser back with. */
@Controller('api/sign-in/oidc')
export class OidcController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  begin(@Req() request: FastifyRequest) {
    const { organizationId } = readBody(request, oidcSignInBody);
    // Each begins a call to a provider: from one address not without end.
    const { signOnLimit } = this.deps;
    const waitSec = signOnLimit.waitSec(request.ip, request.ip);
    if (waitSec > 0) throw tooMany(waitSec);
    signOnLimit.failed(request.ip, request.ip);
    return beginSingleSignOn(this.deps)(organizationId);
  }

  @Post('finish')
  @HttpCode(200)
  async finish(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return answerSignIn(this.deps, await finishSingleSignOn(this.deps)(readBody(request, oidcFinishBody), fromOf(request)), request, reply);
  }
}
