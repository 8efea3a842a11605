import { newAbsence, quietHoursBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf, selfOrAdministratorOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import { availabilityOf, declareAbsence, endAbsence, setQuietHours } from './availability.ts';
import type { SettingsDeps } from './change-settings.ts';

/** When people are away or not to be disturbed: for themselves to say, or for an administrator. `me` is whoever asks. */
@Controller('api/members/:id')
export class AvailabilityController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('availability')
  @Header('cache-control', 'no-store')
  availability(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return availabilityOf(this.directory, selfOrAdministratorOf(request, operatorId).tenant, operatorId);
  }
  @Post('absences')
  declare(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return declareAbsence(this.deps)(selfOrAdministratorOf(request, operatorId), operatorId, readBody(request, newAbsence));
  }
  @Delete('absences/:absenceId')
  @HttpCode(204)
  end(@Param('id') id: string, @Param('absenceId') absenceId: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return endAbsence(this.deps)(selfOrAdministratorOf(request, operatorId), operatorId, absenceId);
  }
  @Put('quiet-hours')
  quiet(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return setQuietHours(this.deps)(selfOrAdministratorOf(request, operatorId), operatorId, readBody(request, quietHoursBody).quietHours);
  }
}

const whose = (id: string, request: FastifyRequest): string => (id === 'me' ? personOf(request).operatorId : id);
