import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { LIMITS } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './admit.ts';
import type { ListApprovals } from './list-approvals.ts';
import type { ReadApproval } from './read-approval.ts';
import { LIST_APPROVALS, READ_APPROVAL, WAIT_FOR_DECISION } from './tokens.ts';
import { WAIT_UNTIL, type WaitForDecision } from './wait-for-decision.ts';

const WAIT_SEC_DEFAULT = 30;
/** Query of `GET /v1/approvals/{id}/wait`. */
export const waitQuery = z.strictObject({
  timeout: z.coerce.number().min(0).max(LIMITS.waitSecMax).default(WAIT_SEC_DEFAULT).describe('Longest hold, seconds'),
  until: z.enum(WAIT_UNTIL).default('decision').describe('`question` answers also when a person asked the agent something'),
});

@Controller()
export class ReadApprovalController {
  constructor(
    @Inject(READ_APPROVAL) private readonly read: ReadApproval,
    @Inject(WAIT_FOR_DECISION) private readonly waitFor: WaitForDecision,
    @Inject(LIST_APPROVALS) private readonly listAll: ListApprovals,
  ) {}

  @Get('/v1/approvals')
  async list(@Req() request: FastifyRequest, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    fresh(reply).send(await this.listAll(query, callerOf(request)));
  }

  @Get('/v1/approvals/:id')
  async one(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    fresh(reply).send(await this.read(id, callerOf(request)));
  }

  @Get('/v1/approvals/:id/wait')
  async wait(@Req() request: FastifyRequest, @Param('id') id: string, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const parsed = waitQuery.safeParse(query);
    if (!parsed.success)
      throw new ProblemError(
        'invalid_query',
        400,
        `timeout must be 0 to ${LIMITS.waitSecMax} seconds, until one of ${WAIT_UNTIL.join(', ')}, and nothing else is asked here.`,
      );
    const client = new AbortController();
    reply.raw.once('close', () => client.abort());
    const approval = await this.waitFor(id, callerOf(request), parsed.data.timeout * 1_000, parsed.data.until, client.signal);
    if (!client.signal.aborted) fresh(reply).send(approval);
  }
}

/** The answer may be another one a moment later. */
const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store');
