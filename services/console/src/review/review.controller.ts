import { erasedWords } from '@holdpoint/approval';
import {
  approvalId,
  inboxQuery,
  type ApprovalDetail,
  type HistoryEntry,
  type InboxPage,
  type Me,
  type RelatedApprovals,
} from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { agentNames, mustAddFactor, personOf, viewerOf } from '../accounts/person.ts';
import { readQuery } from '../read-body.ts';
import { readInbox } from '../read-model/inbox.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { CursorUnreadable } from '../read-model/paging.ts';
import { relatedApprovals } from '../read-model/related-approvals.ts';
import { logoAddress } from '../settings/logo.ts';
import { DIRECTORY, EVENT_LOG, NOW, READ_MODELS } from '../tokens.ts';
import { approvalDetail, rawEntry } from './approval-detail.ts';
import { lookingAt } from './looking-at.ts';
import { Erased, loadApproval, type ApprovalRecord } from './load-approval.ts';

/** What people look at: themselves, the inbox, one approval, its events. Nothing here changes anything. */
@Controller('api')
export class ReviewController {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Get('me')
  @Header('cache-control', 'no-store')
  me(@Req() request: FastifyRequest): Me {
    const { operatorId, email, name, roles, tenant } = personOf(request);
    const organization = this.directory.organization(tenant);
    const must = request.session !== null && mustAddFactor(this.directory, tenant, request.session);
    const shown = {
      id: tenant,
      name: organization?.name ?? tenant,
      initials: organization?.profile?.initials ?? null,
      logo: logoAddress(organization),
    };
    const mine = { operatorId, email, name, roles: [...roles], organization: shown };
    return must ? { ...mine, mustAddFactor: true } : mine;
  }

  @Get('inbox')
  @Header('cache-control', 'no-store')
  async inbox(@Req() request: FastifyRequest): Promise<InboxPage> {
    const query = readQuery(request, inboxQuery);
    const viewer = viewerOf(personOf(request), this.directory, this.now());
    try {
      return await readInbox(this.models.current().read, query, viewer, agentNames(this.directory));
    } catch (error) {
      if (error instanceof CursorUnreadable) throw new ProblemError(error.code, 400, error.message);
      throw error;
    }
  }

  @Get('approvals/:id')
  @Header('cache-control', 'no-store')
  async detail(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ApprovalDetail> {
    const person = personOf(request);
    const record = await this.load(id, person.tenant);
    const names = { operator: this.nameOf, agent: agentNames(this.directory) };
    const now = this.now();
    return approvalDetail(record, viewerOf(person, this.directory, now), lookingAt(record, person, this.directory, now), names);
  }

  @Get('approvals/:id/related')
  @Header('cache-control', 'no-store')
  async related(@Param('id') id: string, @Req() request: FastifyRequest): Promise<RelatedApprovals> {
    const viewer = viewerOf(personOf(request), this.directory, this.now());
    const found = await relatedApprovals(this.models.current().read, viewer, id, agentNames(this.directory));
    if (!found) throw notFound(id);
    return found;
  }

  @Get('approvals/:id/events')
  @Header('cache-control', 'no-store')
  async events(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ items: HistoryEntry[] }> {
    const { history } = await this.load(id, personOf(request).tenant);
    return { items: history.map(event => rawEntry(event, this.nameOf)) };
  }

  private async load(id: string, tenant: string): Promise<ApprovalRecord> {
    const record = approvalId.safeParse(id).success ? await loadApproval(this.eventLog, id, tenant).catch(asProblem) : null;
    if (!record) throw notFound(id);
    return record;
  }

  private readonly nameOf = (operatorId: string): string => this.directory.operator(operatorId)?.name ?? operatorId;
}

const notFound = (id: string) => new ProblemError('not_found', 404, `There is no approval ${JSON.stringify(id.slice(0, 64))}.`);

/** @throws ProblemError 410 that says whose order it was; any other error as it is */
const asProblem = (error: unknown): never => {
  if (!(error instanceof Erased)) throw error;
  const detail = `${erasedWords(error.erasure)} Who decided what and when is still in the log.`;
  throw new ProblemError('erased', 410, detail, { members: error.erasure });
};
