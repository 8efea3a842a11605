import { approvalsQuery, type ApprovalsPage } from '@holdpoint/contracts';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { listApprovals } from '../read-model/list-approvals.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { CursorUnreadable } from '../read-model/paging.ts';
import { READ_MODELS } from '../tokens.ts';

/** Answers `hp.query.approvals`: the agents' list, asked by ingest. */
@Controller()
export class ApprovalsQueryController {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  @MessagePattern<string>('hp.query.approvals', { queue: 'console' })
  async list(@Payload() body: unknown): Promise<ApprovalsPage> {
    const { cursor, ...query } = approvalsQuery.parse(body);
    try {
      return await listApprovals(this.models.current().read, cursor === undefined ? query : { ...query, cursor });
    } catch (error) {
      // A cursor of another list is the agent's mistake, not a failure: there is nothing after it.
      if (error instanceof CursorUnreadable) return { items: [], nextCursor: null };
      throw error;
    }
  }
}
