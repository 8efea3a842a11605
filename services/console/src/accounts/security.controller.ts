import { changePasswordBody, confirmTotpBody, newPasskey, type SecurityStanding } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { refuseWhenBusy } from './answer-sign-in.ts';
import { freshPersonOf, personOf } from './person.ts';
import {
  addPasskey,
  beginPasskey,
  beginTotp,
  changePassword,
  confirmTotp,
  removePasskey,
  removeTotp,
  renewRecoveryCodes,
  securityOf,
} from './security.ts';
import { readSessionCookie, sessionCookie } from './session-cookie.ts';
import type { Session } from './sessions.ts';

/** How one signs in oneself. Changes take a session that began a short while ago. */
@Controller('api/security')
export class SecurityController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get()
  @Header('cache-control', 'no-store')
  mine(@Req() request: FastifyRequest): Promise<SecurityStanding> {
    return securityOf(this.deps, personOf(request), request.session);
  }

  @Put('password')
  @HttpCode(204)
  async password(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const person = freshPersonOf(request, this.deps.now());
    const token = await changePassword(this.deps)(person, sessionOf(request), readBody(request, changePasswordBody)).catch(refuseWhenBusy);
    reply.header('set-cookie', sessionCookie(token, this.deps.secure));
  }

  @Post('passkeys/options')
  @HttpCode(200)
  passkeyOptions(@Req() request: FastifyRequest) {
    return beginPasskey(this.deps)(freshPersonOf(request, this.deps.now()));
  }
  @Post('passkeys')
  @HttpCode(201)
  async addPasskey(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const person = freshPersonOf(request, this.deps.now());
    const added = await addPasskey(this.deps)(person, readBody(request, newPasskey), { localPort: request.socket.localPort });
    await this.withTwoFactors(request, reply);
    return added;
  }
  @Delete('passkeys/:id')
  @HttpCode(204)
  removePasskey(@Param('id') id: string, @Req() request: FastifyRequest) {
    return removePasskey(this.deps)(freshPersonOf(request, this.deps.now()), id);
  }

  @Post('totp')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  beginTotp(@Req() request: FastifyRequest) {
    return beginTotp(this.deps)(freshPersonOf(request, this.deps.now()));
  }
  @Post('totp/confirm')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async confirmTotp(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const person = freshPersonOf(request, this.deps.now());
    const recoveryCodes = await confirmTotp(this.deps)(person, readBody(request, confirmTotpBody).code);
    await this.withTwoFactors(request, reply);
    return { recoveryCodes };
  }
  @Delete('totp')
  @HttpCode(204)
  removeTotp(@Req() request: FastifyRequest) {
    return removeTotp(this.deps)(freshPersonOf(request, this.deps.now()));
  }
  @Post('recovery-codes')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  recoveryCodes(@Req() request: FastifyRequest) {
    return renewRecoveryCodes(this.deps)(freshPersonOf(request, this.deps.now()));
  }

  /** The factor that was just set up was shown by it: the session goes on as one with two factors, under another token (OWASP ASVS 5.0.0, 7.2.4). */
  private async withTwoFactors(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = sessionOf(request);
    const { accounts, secure } = this.deps;
    const before = readSessionCookie(request.headers.cookie, secure);
    if (before !== null) await accounts.sessions.end(before);
    reply.header('set-cookie', sessionCookie(await accounts.sessions.begin(session.operatorId, { ...session, twoFactors: true }), secure));
  }
}

const sessionOf = ({ session }: FastifyRequest): Session => {
  if (session === null) throw new ProblemError('session_required', 403, 'This takes a session: sign in to the console.');
  return session;
};
