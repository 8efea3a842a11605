import { streamOf, type SessionEntry } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { changeSettings } from '../settings/change-settings.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { administratorOf, personOf } from './person.ts';
import { readSessionCookie } from './session-cookie.ts';

/** Where somebody is signed in, and the end of it. Ending is always possible, also from an old session. */
@Controller('api')
export class SessionsController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get('sessions')
  @Header('cache-control', 'no-store')
  async mine(@Req() request: FastifyRequest): Promise<{ items: SessionEntry[] }> {
    const sessions = await this.deps.accounts.sessions.list(personOf(request).operatorId);
    const items = sessions.map(({ id, method, device, createdAt, lastUsedAt }) => ({
      id,
      method,
      device,
      createdAt,
      lastUsedAt,
      current: request.session?.id === id,
    }));
    return { items };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  async end(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    if (!(await this.deps.accounts.sessions.endOne(personOf(request).operatorId, id)))
      throw new ProblemError('not_found', 404, 'There is no such session.');
  }

  /** Ends all but the one this is asked from. */
  @Delete('sessions')
  @HttpCode(204)
  async endOthers(@Req() request: FastifyRequest): Promise<void> {
    const person = personOf(request);
    const kept = request.session === null ? undefined : (readSessionCookie(request.headers.cookie, this.deps.secure) ?? undefined);
    await this.endAll(person, person.operatorId, kept);
  }

  @Delete('members/:id/sessions')
  @HttpCode(204)
  async endOf(@Param('id') operatorId: string, @Req() request: FastifyRequest): Promise<void> {
    const by = administratorOf(request);
    if (this.deps.directory.operator(operatorId)?.tenant !== by.tenant)
      throw new ProblemError('not_found', 404, 'There is no such member.');
    await this.endAll(by, operatorId);
  }

  private async endAll(by: { operatorId: string; tenant: string }, operatorId: string, kept?: string): Promise<void> {
    await this.deps.accounts.sessions.endAll(operatorId, kept);
    await changeSettings(this.deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'SessionsRevoked', data: { operatorId, by: by.operatorId, at } },
    ]);
  }
}
