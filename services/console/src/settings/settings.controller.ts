import { newAgent, newApiKey, newEndpoint, newToken } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, personOf, readsSettings, settingsReaderOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import { issueApiKey, registerAgent, revokeApiKey } from './agents.ts';
import type { SettingsDeps } from './change-settings.ts';
import { disableEndpoint, registerEndpoint } from './destinations.ts';
import { listSettings, type SettingsKind } from './list-settings.ts';
import { issueToken, revokeToken } from './people.ts';

/** Agents, credentials and destinations: for owners and admins to change; their own access tokens for everybody. Every change is an event and answers once this console shows it; secrets are shown once. */
@Controller('api')
export class SettingsController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('members')
  @Header('cache-control', 'no-store')
  members(@Req() request: FastifyRequest) {
    return this.listed('members', request);
  }

  @Get('agents')
  @Header('cache-control', 'no-store')
  agents(@Req() request: FastifyRequest) {
    return this.listed('agents', request);
  }
  @Post('agents')
  registerAgent(@Req() request: FastifyRequest) {
    return registerAgent(this.deps)(administratorOf(request), readBody(request, newAgent));
  }

  @Get('api-keys')
  @Header('cache-control', 'no-store')
  apiKeys(@Req() request: FastifyRequest) {
    return this.listed('api-keys', request);
  }
  @Post('api-keys')
  issueApiKey(@Req() request: FastifyRequest) {
    return issueApiKey(this.deps)(administratorOf(request), readBody(request, newApiKey));
  }
  @Delete('api-keys/:id')
  @HttpCode(204)
  revokeApiKey(@Param('id') id: string, @Req() request: FastifyRequest) {
    return revokeApiKey(this.deps)(administratorOf(request), id);
  }

  @Get('tokens')
  @Header('cache-control', 'no-store')
  tokens(@Req() request: FastifyRequest) {
    const person = personOf(request);
    const items = listSettings(this.directory, 'tokens', person.tenant);
    return { items: readsSettings(person) ? items : items.filter(({ operatorId }) => operatorId === person.operatorId) };
  }
  @Post('tokens')
  issueToken(@Req() request: FastifyRequest) {
    return issueToken(this.deps)(personOf(request), readBody(request, newToken));
  }
  @Delete('tokens/:id')
  @HttpCode(204)
  revokeToken(@Param('id') id: string, @Req() request: FastifyRequest) {
    return revokeToken(this.deps)(personOf(request), id);
  }

  @Get('endpoints')
  @Header('cache-control', 'no-store')
  endpoints(@Req() request: FastifyRequest) {
    return this.listed('endpoints', request);
  }
  @Post('endpoints')
  registerEndpoint(@Req() request: FastifyRequest) {
    return registerEndpoint(this.deps)(administratorOf(request), readBody(request, newEndpoint));
  }
  @Delete('endpoints/:id')
  @HttpCode(204)
  disableEndpoint(@Param('id') id: string, @Req() request: FastifyRequest) {
    return disableEndpoint(this.deps)(administratorOf(request), id);
  }

  private listed(kind: SettingsKind, request: FastifyRequest) {
    return { items: listSettings(this.directory, kind, settingsReaderOf(request).tenant) };
  }
}
