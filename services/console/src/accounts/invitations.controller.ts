import { invitationAcceptBody, invitationLookBody, newInvitation } from '@holdpoint/contracts';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { answerSignIn, fromOf, limitTokens, refuseWhenBusy } from './answer-sign-in.ts';
import { acceptInvitation, beginInvitationPasskey, invite, listInvitations, lookAtInvitation, withdrawInvitation } from './invitations.ts';
import { administratorOf, settingsReaderOf } from './person.ts';

/** People join by a link: administrators make it, whoever has it accepts. */
@Controller('api/invitations')
export class InvitationsController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(@Req() request: FastifyRequest) {
    return { items: listInvitations(this.deps, settingsReaderOf(request).tenant) };
  }
  @Post()
  @Header('cache-control', 'no-store')
  invite(@Req() request: FastifyRequest) {
    return invite(this.deps)(administratorOf(request), readBody(request, newInvitation));
  }
  @Delete(':id')
  @HttpCode(204)
  withdraw(@Param('id') id: string, @Req() request: FastifyRequest) {
    return withdrawInvitation(this.deps)(administratorOf(request), id);
  }

  @Post('look')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  look(@Req() request: FastifyRequest) {
    const { token } = readBody(request, invitationLookBody);
    return limitTokens(this.deps, request, async () => lookAtInvitation(this.deps, token));
  }
  @Post('passkey')
  @HttpCode(200)
  passkey(@Req() request: FastifyRequest) {
    const { token } = readBody(request, invitationLookBody);
    return limitTokens(this.deps, request, () => beginInvitationPasskey(this.deps, token));
  }
  @Post('accept')
  @HttpCode(200)
  async accept(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = readBody(request, invitationAcceptBody);
    const accept = () => acceptInvitation(this.deps)(body, fromOf(request), { localPort: request.socket.localPort });
    return answerSignIn(this.deps, await limitTokens(this.deps, request, accept).catch(refuseWhenBusy), request, reply);
  }
}
