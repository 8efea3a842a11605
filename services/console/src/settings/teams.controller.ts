import { newTeam, teamMember } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, personOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { listSettings } from './list-settings.ts';
import { addTeamMember, createTeam, removeTeam, removeTeamMember } from './teams.ts';

/** Teams, and the names of people: whoever works here may see them, for instance to hand a request on. */
@Controller('api')
export class TeamsController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('people')
  @Header('cache-control', 'no-store')
  people(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'people', personOf(request).tenant) };
  }

  @Get('teams')
  @Header('cache-control', 'no-store')
  teams(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'teams', personOf(request).tenant) };
  }
  @Post('teams')
  create(@Req() request: FastifyRequest) {
    return createTeam(this.deps)(administratorOf(request), readBody(request, newTeam));
  }
  @Delete('teams/:id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: FastifyRequest) {
    return removeTeam(this.deps)(administratorOf(request), id);
  }

  @Post('teams/:id/members')
  @HttpCode(204)
  add(@Param('id') id: string, @Req() request: FastifyRequest) {
    return addTeamMember(this.deps)(administratorOf(request), id, readBody(request, teamMember).operatorId);
  }
  @Delete('teams/:id/members/:operatorId')
  @HttpCode(204)
  take(@Param('id') id: string, @Param('operatorId') operatorId: string, @Req() request: FastifyRequest) {
    return removeTeamMember(this.deps)(administratorOf(request), id, operatorId);
  }
}
