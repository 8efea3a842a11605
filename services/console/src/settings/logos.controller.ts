import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DIRECTORY, EVENT_LOG } from '../tokens.ts';
import { openLogos, type Logos } from './logo.ts';

/** `GET /api/logos/{sha256}`: the image that stands for an organisation, for the sign-in page too. */
@Controller('api/logos')
export class LogosController {
  private readonly logos: Logos;

  constructor(@Inject(DIRECTORY) directory: Directory, @Inject(EVENT_LOG) eventLog: EventLog) {
    this.logos = openLogos(directory, eventLog);
  }

  @Get(':sha256')
  async logo(@Param('sha256') sha256: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const found = await this.logos.find(sha256);
    if (found === null) throw new ProblemError('not_found', 404, 'There is no such logo.');
    reply.header('content-type', found.mediaType).header('cache-control', 'public, max-age=31536000, immutable');
    return found.bytes;
  }
}
