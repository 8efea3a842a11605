import { secondFactorBody, signInBody, type SignInMethods } from '@holdpoint/contracts';
import { Controller, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { answerSignIn, fromOf, refuseWhenBusy } from './answer-sign-in.ts';
import { readSessionCookie, sessionCookie } from './session-cookie.ts';
import { showSecondFactor, signIn } from './sign-in.ts';
import { signInMethods } from './sign-in-methods.ts';

/** `GET /api/sign-in/methods`, `POST /api/sign-in`, its second step, and `POST /api/sign-out`. */
@Controller('api')
export class SignInController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get('sign-in/methods')
  @Header('cache-control', 'no-store')
  methods(): SignInMethods {
    return signInMethods(this.deps);
  }

  @Post('sign-in')
  @HttpCode(200)
  async in(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const result = await signIn(this.deps)(readBody(request, signInBody), fromOf(request)).catch(refuseWhenBusy);
    return answerSignIn(this.deps, result, request, reply);
  }

  @Post('sign-in/second-factor')
  @HttpCode(200)
  async second(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return answerSignIn(this.deps, await showSecondFactor(this.deps)(readBody(request, secondFactorBody), fromOf(request)), request, reply);
  }

  @Post('sign-out')
  @HttpCode(204)
  async out(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { accounts, secure } = this.deps;
    const token = readSessionCookie(request.headers.cookie, secure);
    if (token !== null) await accounts.sessions.end(token);
    reply.header('set-cookie', sessionCookie('', secure)).header('clear-site-data', '"cache", "storage"');
  }
}
