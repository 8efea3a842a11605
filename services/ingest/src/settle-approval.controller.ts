import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { consumeBody, executionBody, withdrawBody, type ApprovalReply, type DecidedBy, type ExecutionReply } from '@holdpoint/contracts';
import type { KnownApproval } from '@holdpoint/approval';
import { traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './admit.ts';
import type { Caller } from './approval-requested.ts';
import { readBody } from './read-body.ts';
import type { SettleApproval } from './settle-approval.ts';
import { REPLY_OF, SETTLE_APPROVAL } from './tokens.ts';

@Controller()
export class SettleApprovalController {
  constructor(
    @Inject(SETTLE_APPROVAL) private readonly settle: SettleApproval,
    @Inject(REPLY_OF) private readonly replyOf: (state: KnownApproval) => Promise<ApprovalReply>,
  ) {}

  @Post('/v1/approvals/:id/withdraw')
  async withdraw(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { note } = isEmpty(request.body) ? {} : readBody(withdrawBody, request.body);
    const caller = callerOf(request);
    const { state } = await this.settle(
      id,
      caller,
      now => ({ type: 'Withdraw', by: agent(caller), now, ...(note !== undefined && { note }) }),
      traceparentOf(request.headers.traceparent),
    );
    reply.code(200).send(await this.replyOf(state));
  }

  @Post('/v1/approvals/:id/consume')
  async consume(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { actionHash } = readBody(consumeBody, request.body);
    const caller = callerOf(request);
    const { state } = await this.settle(
      id,
      caller,
      (now, hold) => ({ type: 'Consume', actionHash, by: agent(caller), now, hold }),
      traceparentOf(request.headers.traceparent),
    );
    reply.code(200).send(await this.replyOf(state));
  }

  @Post('/v1/approvals/:id/executions')
  async reportExecution(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { actionHash, outcome, detail } = readBody(executionBody, request.body);
    const { state, events } = await this.settle(
      id,
      callerOf(request),
      now => ({ type: 'ReportExecution', actionHash, outcome, now, ...(detail !== undefined && { detail }) }),
      traceparentOf(request.headers.traceparent),
    );
    const approved = state.status === 'closed' ? state.end.decision.binding.approvedActionHash : null;
    const answer: ExecutionReply = { id, recorded: events.length > 0, matchesApproval: actionHash === approved };
    reply.code(202).send(answer);
  }
}

const agent = (caller: Caller): DecidedBy => ({ kind: 'agent', id: caller.agentId });
const isEmpty = (body: unknown): boolean => !(body instanceof Uint8Array) || body.length === 0;
