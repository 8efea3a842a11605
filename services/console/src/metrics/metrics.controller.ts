import { behindQuery, metricsQuery, type MetricsReport } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gateReaderOf } from '../accounts/person.ts';
import { readQuery } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { CursorUnreadable } from '../read-model/paging.ts';
import { DIRECTORY, NOW, READ_MODELS } from '../tokens.ts';
import { listBehind } from './list-behind.ts';
import { periodOf } from './period-of.ts';
import { reportMetrics } from './report-metrics.ts';

/** How it goes, and the list behind each number. */
@Controller('api/metrics')
export class MetricsController {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  report(@Req() request: FastifyRequest): Promise<MetricsReport> {
    const { tenant } = gateReaderOf(request);
    const period = periodOf(readQuery(request, metricsQuery), this.now());
    return reportMetrics(this.models.current().read, tenant, period, this.nameOf);
  }

  @Get('requests')
  @Header('cache-control', 'no-store')
  async requests(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const query = readQuery(request, behindQuery);
    try {
      return await listBehind(this.models.current().read, tenant, periodOf(query, this.now()), query, this.nameOf);
    } catch (error) {
      if (error instanceof CursorUnreadable) throw new ProblemError(error.code, 400, error.message);
      throw error;
    }
  }

  private readonly nameOf = (operatorId: string): string => this.directory.operator(operatorId)?.name ?? operatorId;
}
