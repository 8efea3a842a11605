import { newInboxView, type SavedInboxView } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { inboxViewsOf, removeInboxView, saveInboxView } from './inbox-views.ts';

/** Views of the inbox that people keep, each for themselves. */
@Controller('api/inbox-views')
export class InboxViewsController {
  private readonly deps: SettingsDeps;

  constructor(@Inject(EVENT_LOG) eventLog: EventLog, @Inject(DIRECTORY) directory: Directory, @Inject(NOW) now: () => string) {
    this.deps = { eventLog, directory, now };
  }

  @Get()
  @Header('cache-control', 'no-store')
  list(@Req() request: FastifyRequest): { items: SavedInboxView[] } {
    return { items: inboxViewsOf(this.deps.directory, personOf(request)) };
  }
  @Post()
  save(@Req() request: FastifyRequest): Promise<SavedInboxView> {
    return saveInboxView(this.deps)(personOf(request), readBody(request, newInboxView));
  }
  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    return removeInboxView(this.deps)(personOf(request), id);
  }
}
