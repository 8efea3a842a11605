import { callbackHostsBody, rotateApiKeyBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import { rotateApiKey, setCallbackHosts } from './agents.ts';
import type { SettingsDeps } from './change-settings.ts';

/** What an agent may do, beyond being registered and having keys. */
@Controller('api')
export class AgentsController {
  private readonly deps: SettingsDeps;

  constructor(@Inject(EVENT_LOG) eventLog: EventLog, @Inject(DIRECTORY) directory: Directory, @Inject(NOW) now: () => string) {
    this.deps = { eventLog, directory, now };
  }

  @Put('agents/:id/callback-hosts')
  callbackHosts(@Param('id') id: string, @Req() request: FastifyRequest) {
    return setCallbackHosts(this.deps)(administratorOf(request), id, readBody(request, callbackHostsBody).hosts);
  }
  @Post('api-keys/:id/rotate')
  @HttpCode(201)
  rotate(@Param('id') id: string, @Req() request: FastifyRequest) {
    return rotateApiKey(this.deps)(administratorOf(request), id, readBody(request, rotateApiKeyBody).overlapSec);
  }
}
