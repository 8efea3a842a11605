import { newMcpGateway } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, settingsReaderOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { listSettings } from './list-settings.ts';
import { removeMcpGateway, setMcpGateway } from './mcp-gateways.ts';

/** MCP servers behind the gate: for owners and admins to set and remove. A credential is never shown again. */
@Controller('api/mcp-gateways')
export class McpGatewaysController {
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
  gateways(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'mcp-gateways', settingsReaderOf(request).tenant) };
  }
  @Post()
  set(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return setMcpGateway(this.deps)(by, readBody(request, newMcpGateway));
  }
  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: FastifyRequest) {
    return removeMcpGateway(this.deps)(administratorOf(request), id);
  }
}
