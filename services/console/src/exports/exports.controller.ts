import { auditQuery, exportQuery, trainingQuery } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gateReaderOf, settingsReaderOf } from '../accounts/person.ts';
import { readQuery } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { periodOf } from '../metrics/period-of.ts';
import { reportMetrics } from '../metrics/report-metrics.ts';
import { DIRECTORY, EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import { exportApprovals } from './export-approvals.ts';
import { exportAudit } from './export-audit.ts';
import { exportDecisions } from './export-decisions.ts';
import { exportMetrics } from './export-metrics.ts';
import { exportTraining } from './export-training.ts';
import { sendExport } from './send-export.ts';

/** What there is, as files. Whatever the agents showed and the whole history are for administrators and auditors. */
@Controller('api/exports')
export class ExportsController {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Get('approvals')
  @Header('cache-control', 'no-store')
  approvals(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const query = readQuery(request, exportQuery);
    return sendExport('holdpoint-approvals', query.format, exportApprovals(this.models.current().read, tenant, query));
  }
  @Get('decisions')
  @Header('cache-control', 'no-store')
  decisions(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const query = readQuery(request, exportQuery);
    return sendExport('holdpoint-decisions', query.format, exportDecisions(this.models.current().read, tenant, query));
  }
  @Get('metrics')
  @Header('cache-control', 'no-store')
  metrics(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const { format, cursor, ...query } = readQuery(request, exportQuery);
    const period = periodOf(query, this.now());
    const report = () => reportMetrics(this.models.current().read, tenant, period, this.nameOf);
    return sendExport('holdpoint-metrics', format, exportMetrics(report, cursor));
  }
  @Get('training')
  @Header('cache-control', 'no-store')
  training(@Req() request: FastifyRequest) {
    const { tenant } = settingsReaderOf(request);
    const query = readQuery(request, trainingQuery);
    const deps = { read: this.models.current().read, eventLog: this.eventLog };
    return sendExport('holdpoint-training', query.format, exportTraining(deps, tenant, query));
  }
  @Get('audit')
  @Header('cache-control', 'no-store')
  audit(@Req() request: FastifyRequest) {
    const { tenant } = settingsReaderOf(request);
    const query = readQuery(request, auditQuery);
    const deps = { eventLog: this.eventLog, nameOf: this.nameOf };
    return sendExport('holdpoint-audit', query.format, exportAudit(deps, tenant, query));
  }

  private readonly nameOf = (operatorId: string): string => this.directory.operator(operatorId)?.name ?? operatorId;
}
