import { newConnection } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, settingsReaderOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, MESSAGING, NOW, PUBLIC_URL } from '../tokens.ts';
import { checkStored, removeConnection, saveConnection, shownConnection, type ConnectionDeps } from './connections.ts';

/** Servers of agents that we reach ourselves. Their secrets are written and never read again. */
@Controller('api/connections')
export class ConnectionsController {
  private readonly deps: ConnectionDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) directory: Directory,
    @Inject(MESSAGING) messaging: Messaging,
    @Inject(NOW) now: () => string,
    @Inject(PUBLIC_URL) publicUrl: string,
  ) {
    this.deps = { eventLog, directory, messaging, now, publicUrl };
  }

  @Get()
  @Header('cache-control', 'no-store')
  list(@Req() request: FastifyRequest) {
    const { directory, publicUrl } = this.deps;
    const known = directory.list('connections', settingsReaderOf(request).tenant);
    return { items: known.map(connection => shownConnection(publicUrl, connection)) };
  }

  @Post()
  save(@Req() request: FastifyRequest) {
    return saveConnection(this.deps)(administratorOf(request), readBody(request, newConnection));
  }

  @Post(':id/check')
  @HttpCode(200)
  check(@Param('id') id: string, @Req() request: FastifyRequest) {
    return checkStored(this.deps, administratorOf(request), id);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: FastifyRequest) {
    return removeConnection(this.deps)(administratorOf(request), id);
  }
}
