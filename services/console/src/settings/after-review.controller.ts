import { afterReviewsQuery, calibrationQuery, proposeRuleBody, releaseBand } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, gateReaderOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { listAfterReviews } from '../read-model/list-after-reviews.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { CursorUnreadable } from '../read-model/paging.ts';
import { DIRECTORY, EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import { releaseReturnedBand } from './bands.ts';
import { calibrationOf, proposeNarrowRule } from './calibration.ts';
import type { SettingsDeps } from './change-settings.ts';
import { listSettings } from './list-settings.ts';

/** How well the gate does: what is to be looked at afterwards, what went back to people, how often people agree. */
@Controller('api')
export class AfterReviewController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) private readonly now: () => string,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('reviews')
  @Header('cache-control', 'no-store')
  async reviews(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    try {
      return await listAfterReviews(this.models.current().read, tenant, readQuery(request, afterReviewsQuery));
    } catch (error) {
      if (error instanceof CursorUnreadable) throw new ProblemError(error.code, 400, error.message);
      throw error;
    }
  }

  @Get('bands')
  @Header('cache-control', 'no-store')
  bands(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'bands', gateReaderOf(request).tenant) };
  }
  @Post('bands/release')
  @HttpCode(204)
  release(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return releaseReturnedBand(this.deps)(by, readBody(request, releaseBand));
  }

  @Get('calibration')
  @Header('cache-control', 'no-store')
  async calibration(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    return { items: await calibrationOf(this.models.current().read, tenant, this.now(), readQuery(request, calibrationQuery)) };
  }
  @Post('calibration/propose')
  propose(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return proposeNarrowRule(this.deps, this.models.current().read)(by, readBody(request, proposeRuleBody));
  }
}
