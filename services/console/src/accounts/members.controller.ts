import { grantRoleBody, newInvitation, removeMemberQuery, role } from '@holdpoint/contracts';
import type { Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Delete, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readBody, readQuery } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { ACCOUNT_DEPS, MESSAGING, READ_MODELS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { invite } from './invitations.ts';
import { grantRole, removeMember, revokeRole } from './members.ts';
import { issuePasswordReset } from './password-reset.ts';
import { administratorOf } from './person.ts';

/** Who comes, by invitation only; roles, removal, and a new way in for somebody who has none. */
@Controller('api/members')
export class MembersController {
  constructor(
    @Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  /** The same as `POST /api/invitations`: nobody becomes a member but by accepting. */
  @Post()
  @Header('cache-control', 'no-store')
  invite(@Req() request: FastifyRequest) {
    return invite(this.deps)(administratorOf(request), readBody(request, newInvitation));
  }
  @Post(':id/roles')
  @HttpCode(200)
  grant(@Param('id') id: string, @Req() request: FastifyRequest) {
    return grantRole(this.deps)(administratorOf(request), id, readBody(request, grantRoleBody).role);
  }
  @Delete(':id/roles/:role')
  @HttpCode(200)
  revoke(@Param('id') id: string, @Param('role') name: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    const known = role.safeParse(name);
    if (!known.success) throw new ProblemError('not_found', 404, `There is no such role; use one of ${role.options.join(', ')}.`);
    return revokeRole(this.deps)(by, id, known.data);
  }
  @Delete(':id')
  @HttpCode(200)
  remove(@Param('id') id: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    const { successor } = readQuery(request, removeMemberQuery);
    return removeMember({ ...this.deps, messaging: this.messaging, models: this.models })(by, id, successor);
  }
  @Post(':id/password-reset')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  resetPassword(@Param('id') id: string, @Req() request: FastifyRequest) {
    return issuePasswordReset(this.deps)(administratorOf(request), id);
  }
}
