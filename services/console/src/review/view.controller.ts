import { viewBody } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { writerOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import { recordView } from './record-view.ts';

/** `POST /api/approvals/{id}/view`: whoever may decide has it on the screen. */
@Controller('api/approvals/:id')
export class ViewController {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Post('view')
  @HttpCode(204)
  view(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const person = writerOf(request);
    const { part } = readBody(request, viewBody);
    return recordView({ eventLog: this.eventLog, read: this.models.current().read, now: this.now })(person, id, part);
  }
}
