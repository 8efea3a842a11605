import { callbacksQuery, replayCallbacksBody, rotateEndpointBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, settingsReaderOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { withReadableCursor } from '../readable-cursor.ts';
import { DIRECTORY, EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { enableEndpoint, rotateEndpoint, testEndpoint } from './endpoints.ts';
import { listCallbacks, showCallback } from './list-callbacks.ts';
import { replayCallbacks } from './replay-callbacks.ts';

/** What endpoints were told, sending it again, and the keys it is signed with. */
@Controller('api')
export class CallbacksController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) directory: Directory,
    @Inject(NOW) private readonly now: () => string,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('callbacks')
  @Header('cache-control', 'no-store')
  list(@Req() request: FastifyRequest) {
    const { tenant } = settingsReaderOf(request);
    return withReadableCursor(() => listCallbacks(this.models.current().read, tenant, readQuery(request, callbacksQuery)));
  }
  @Get('callbacks/:id')
  @Header('cache-control', 'no-store')
  show(@Param('id') id: string, @Req() request: FastifyRequest) {
    return showCallback(this.models.current().read, this.eventLog, settingsReaderOf(request).tenant, id);
  }
  @Post('callbacks::replay')
  @HttpCode(202)
  replay(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    const deps = { read: this.models.current().read, eventLog: this.eventLog, now: this.now };
    return withReadableCursor(() => replayCallbacks(deps)(by, readBody(request, replayCallbacksBody)));
  }

  @Post('endpoints/:id/rotate')
  @HttpCode(200)
  rotate(@Param('id') id: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return rotateEndpoint(this.deps)(by, id, readBody(request, rotateEndpointBody));
  }
  @Post('endpoints/:id/enable')
  @HttpCode(204)
  enable(@Param('id') id: string, @Req() request: FastifyRequest) {
    return enableEndpoint(this.deps)(administratorOf(request), id);
  }
  @Post('endpoints/:id/test')
  @HttpCode(202)
  test(@Param('id') id: string, @Req() request: FastifyRequest) {
    return testEndpoint(this.deps, this.eventLog)(administratorOf(request), id);
  }
}
