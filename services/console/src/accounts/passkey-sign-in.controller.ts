import { passkeySignInBody } from '@holdpoint/contracts';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { answerSignIn, fromOf } from './answer-sign-in.ts';
import { beginPasskeySignIn, signInByPasskey } from './passkey-sign-in.ts';

/** `POST /api/sign-in/passkey/options` and `POST /api/sign-in/passkey`. */
@Controller('api/sign-in/passkey')
export class PasskeySignInController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Post('options')
  @HttpCode(200)
  options() {
    return beginPasskeySignIn(this.deps)();
  }

  @Post()
  @HttpCode(200)
  async in(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = readBody(request, passkeySignInBody);
    const result = await signInByPasskey(this.deps)(body, fromOf(request), { localPort: request.socket.localPort });
    return answerSignIn(this.deps, result, request, reply);
  }
}
