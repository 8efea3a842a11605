import { auditQuery, exportQuery, trainingQuery } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gateReaderOf, settingsReaderOf } from '../accounts/person.ts';
import { readQuery } from '../read-body.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { DIRECTORY, EVENT_LOG, READ_MODELS } from '../tokens.ts';
import { exportApprovals } from './export-approvals.ts';
import { exportAudit } from './export-audit.ts';
import { exportDecisions } from './export-decisions.ts';
import { exportTraining } from './export-training.ts';
import { sendExport } from './send-export.ts';

/** What there is, as files. Whatever the agents showed and the whole history are for administrators and auditors. */
@Controller('api/exports')
export class ExportsController {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(READ_MODELS) private readonly models: ReadModels,
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
    const deps = { eventLog: this.eventLog, nameOf: (id: string) => this.directory.operator(id)?.name ?? id };
    return sendExport('holdpoint-audit', query.format, exportAudit(deps, tenant, query));
  }
}
