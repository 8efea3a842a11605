import { newEscalationVersion } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, personOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { publishEscalation } from './escalations.ts';
import { listSettings } from './list-settings.ts';

/** What is done about steps that nobody decides. Everybody who works here may see it. */
@Controller('api/escalations')
export class EscalationsController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  /** The newest version of each. */
  @Get()
  @Header('cache-control', 'no-store')
  newest(@Req() request: FastifyRequest) {
    const versions = listSettings(this.directory, 'escalations', personOf(request).tenant);
    return { items: [...new Map(versions.map(version => [version['id'], version])).values()] };
  }
  @Get(':id/versions')
  @Header('cache-control', 'no-store')
  versions(@Param('id') id: string, @Req() request: FastifyRequest) {
    const items = listSettings(this.directory, 'escalations', personOf(request).tenant).filter(version => version['id'] === id);
    if (items.length === 0) throw new ProblemError('not_found', 404, `There is no escalation policy ${JSON.stringify(id.slice(0, 64))}.`);
    return { items };
  }
  @Post()
  publish(@Req() request: FastifyRequest) {
    return publishEscalation(this.deps)(administratorOf(request), readBody(request, newEscalationVersion).document);
  }
}
