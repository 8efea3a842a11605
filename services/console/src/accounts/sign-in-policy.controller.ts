import { signInPolicyBody, singleSignOnBody } from '@holdpoint/contracts';
import { Controller, Delete, Get, Header, HttpCode, Inject, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { ownerOf, settingsReaderOf } from './person.ts';
import { removeSingleSignOn, setSignInPolicy, setSingleSignOn, signInSettingsOf } from './sign-in-policy.ts';

/** How people sign in here: for owners to say. */
@Controller('api/organization')
export class SignInPolicyController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get('sign-in-policy')
  @Header('cache-control', 'no-store')
  read(@Req() request: FastifyRequest) {
    return signInSettingsOf(this.deps, settingsReaderOf(request).tenant);
  }
  @Put('sign-in-policy')
  set(@Req() request: FastifyRequest) {
    return setSignInPolicy(this.deps)(ownerOf(request), readBody(request, signInPolicyBody).policy);
  }
  @Put('single-sign-on')
  setSingleSignOn(@Req() request: FastifyRequest) {
    return setSingleSignOn(this.deps)(ownerOf(request), readBody(request, singleSignOnBody));
  }
  @Delete('single-sign-on')
  @HttpCode(204)
  removeSingleSignOn(@Req() request: FastifyRequest) {
    return removeSingleSignOn(this.deps)(ownerOf(request));
  }
}
