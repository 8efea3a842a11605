import type { Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf } from '../accounts/person.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { DIRECTORY, MESSAGING, READ_MODELS } from '../tokens.ts';
import { firstSteps } from './first-steps.ts';

/** `GET /api/first-steps`: how far somebody is on the way to a first approval. */
@Controller('api')
export class FirstStepsController {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Get('first-steps')
  @Header('cache-control', 'no-store')
  steps(@Req() request: FastifyRequest) {
    const { directory, messaging, models } = this;
    return firstSteps({ directory, messaging, read: models.current().read }, personOf(request));
  }
}
