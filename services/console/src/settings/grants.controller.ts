import { newGrant } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gateReaderOf, seniorOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { makeGrant, revokeGrant } from './grants.ts';
import { listSettings } from './list-settings.ts';

/** Standing grants: for seniors, admins and owners to make and revoke. */
@Controller('api/grants')
export class GrantsController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get()
  @Header('cache-control', 'no-store')
  grants(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'grants', gateReaderOf(request).tenant) };
  }
  @Post()
  make(@Req() request: FastifyRequest) {
    const by = seniorOf(request);
    return makeGrant(this.deps)(by, readBody(request, newGrant));
  }
  @Delete(':id')
  @HttpCode(204)
  revoke(@Param('id') id: string, @Req() request: FastifyRequest) {
    return revokeGrant(this.deps)(seniorOf(request), id);
  }
}
