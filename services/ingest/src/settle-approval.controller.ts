import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  answerBody,
  consumeBody,
  executionBody,
  reviseBody,
  withdrawBody,
  type ApprovalReply,
  type ExecutionReply,
} from '@holdpoint/contracts';
import type { KnownApproval } from '@holdpoint/approval';
import { traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './admit.ts';
import { envelopeOf } from './accept-approval.controller.ts';
import type { ConsumeApproval } from './consume-approval.ts';
import { readBody } from './read-body.ts';
import type { ReviseApproval } from './revise-approval.ts';
import { agentOf, type SettleApproval } from './settle-approval.ts';
import { CONSUME_APPROVAL, REPLY_OF, REVISE_APPROVAL, SETTLE_APPROVAL } from './tokens.ts';

@Controller()
export class SettleApprovalController {
  constructor(
    @Inject(SETTLE_APPROVAL) private readonly settle: SettleApproval,
    @Inject(CONSUME_APPROVAL) private readonly spend: ConsumeApproval,
    @Inject(REVISE_APPROVAL) private readonly revision: ReviseApproval,
    @Inject(REPLY_OF) private readonly replyOf: (state: KnownApproval) => Promise<ApprovalReply>,
  ) {}

  @Post('/v1/approvals/:id/withdraw')
  async withdraw(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { note } = isEmpty(request.body) ? {} : readBody(withdrawBody, request.body);
    const caller = callerOf(request);
    const { state } = await this.settle(
      id,
      caller,
      now => ({ type: 'Withdraw', by: agentOf(caller), now, ...(note !== undefined && { note }) }),
      traceparentOf(request.headers.traceparent),
    );
    reply.code(200).send(await this.replyOf(state));
  }

  @Post('/v1/approvals/:id/consume')
  async consume(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { actionHash, preconditions } = readBody(consumeBody, request.body);
    const state = await this.spend(id, callerOf(request), actionHash, preconditions, traceparentOf(request.headers.traceparent));
    reply.code(200).send(await this.replyOf(state));
  }

  @Post('/v1/approvals/:id/revise')
  async revise(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const changes = readBody(reviseBody, request.body);
    const { outcome, reply: accepted } = await this.revision(id, callerOf(request), changes, envelopeOf(request));
    if (outcome === 'replayed') reply.code(200).header('idempotency-replayed', 'true');
    else reply.code(202);
    reply.send(accepted);
  }

  @Post('/v1/approvals/:id/answers')
  async answer(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { questionId, text } = readBody(answerBody, request.body);
    const caller = callerOf(request);
    const { state } = await this.settle(
      id,
      caller,
      now => ({ type: 'Answer', questionId, text, by: agentOf(caller), now }),
      traceparentOf(request.headers.traceparent),
    );
    reply.code(202).send(await this.replyOf(state));
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

const isEmpty = (body: unknown): boolean => !(body instanceof Uint8Array) || body.length === 0;
