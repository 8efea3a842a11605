import { newOverride, newScheduleVersion, onCallQuery, settingId } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, personOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { listSettings } from './list-settings.ts';
import { addOverride, changeSchedule, removeOverride, removeSchedule, whoIsOnCall } from './schedules.ts';

/** On-call schedules. Everybody who works here may see who is on call. */
@Controller('api/schedules')
export class SchedulesController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) private readonly now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get()
  @Header('cache-control', 'no-store')
  schedules(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'schedules', personOf(request).tenant) };
  }
  @Get(':id/on-call')
  @Header('cache-control', 'no-store')
  onCall(@Param('id') id: string, @Req() request: FastifyRequest) {
    return whoIsOnCall(this.directory, personOf(request).tenant, id, readQuery(request, onCallQuery).at ?? this.now());
  }
  @Put(':id')
  change(@Param('id') id: string, @Req() request: FastifyRequest) {
    return changeSchedule(this.deps)(administratorOf(request), idIn(id), readBody(request, newScheduleVersion));
  }
  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: FastifyRequest) {
    return removeSchedule(this.deps)(administratorOf(request), id);
  }

  @Post(':id/overrides')
  override(@Param('id') id: string, @Req() request: FastifyRequest) {
    return addOverride(this.deps)(administratorOf(request), id, readBody(request, newOverride));
  }
  @Delete(':id/overrides/:overrideId')
  @HttpCode(204)
  takeBack(@Param('id') id: string, @Param('overrideId') overrideId: string, @Req() request: FastifyRequest) {
    return removeOverride(this.deps)(administratorOf(request), id, overrideId);
  }
}

const idIn = (id: string): string => {
  const result = settingId.safeParse(id);
  if (!result.success)
    throw new ProblemError('invalid_id', 422, `The id ${result.error.issues[0]?.message ?? 'cannot be used'}.`, {
      errors: [{ pointer: '/document/id', detail: result.error.issues[0]?.message ?? 'cannot be used' }],
    });
  return result.data;
};
