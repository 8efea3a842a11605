import { pageQuery, retentionBody, type ErasedPage, type LegalHoldsPage, type RetentionReport } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Get, Header, Inject, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, settingsReaderOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { listErased, listLegalHolds } from '../read-model/list-erased.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { withReadableCursor } from '../readable-cursor.ts';
import { DIRECTORY, EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import { retentionReportOf, setRetention } from './retention.ts';

/** How long what was written is kept, what is kept longer, and what was erased. */
@Controller('api')
export class RetentionController {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) private readonly now: () => string,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Get('organization/retention')
  @Header('cache-control', 'no-store')
  retention(@Req() request: FastifyRequest): Promise<RetentionReport> {
    return this.reportOf(settingsReaderOf(request).tenant);
  }
  @Put('organization/retention')
  async set(@Req() request: FastifyRequest): Promise<RetentionReport> {
    const by = administratorOf(request);
    await setRetention({ eventLog: this.eventLog, directory: this.directory, now: this.now })(by, readBody(request, retentionBody));
    return this.reportOf(by.tenant);
  }

  @Get('erased')
  @Header('cache-control', 'no-store')
  erased(@Req() request: FastifyRequest): Promise<ErasedPage> {
    const { tenant } = settingsReaderOf(request);
    return withReadableCursor(() => listErased(this.models.current().read, tenant, readQuery(request, pageQuery)));
  }
  @Get('legal-holds')
  @Header('cache-control', 'no-store')
  legalHolds(@Req() request: FastifyRequest): Promise<LegalHoldsPage> {
    const { tenant } = settingsReaderOf(request);
    return withReadableCursor(() => listLegalHolds(this.models.current().read, tenant, readQuery(request, pageQuery)));
  }

  private reportOf(tenant: string): Promise<RetentionReport> {
    return retentionReportOf({ read: this.models.current().read, directory: this.directory, now: this.now }, tenant);
  }
}
