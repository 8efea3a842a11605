import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { approvalRequest, batchBody } from '@holdpoint/contracts';
import { traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AcceptApproval, Envelope } from './accept-approval.ts';
import type { AcceptBatch } from './accept-batch.ts';
import { callerOf } from './admit.ts';
import { keyFromHeader } from './idempotency-key.ts';
import { checked, readBody, readJson } from './read-body.ts';
import { ACCEPT_APPROVAL, ACCEPT_BATCH } from './tokens.ts';

@Controller()
export class AcceptApprovalController {
  constructor(
    @Inject(ACCEPT_APPROVAL) private readonly acceptOne: AcceptApproval,
    @Inject(ACCEPT_BATCH) private readonly acceptMany: AcceptBatch,
  ) {}

  @Post('/v1/approvals')
  async accept(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const envelope = envelopeOf(request);
    // In steps, which the requests of one turn take together (decision 22).
    const json = await Promise.resolve(readJson(request.body));
    const accepted = await this.acceptOne(await Promise.resolve(checked(approvalRequest, json)), callerOf(request), envelope);
    if (accepted.outcome === 'replayed') reply.code(200).header('idempotency-replayed', 'true');
    else reply.code(202);
    reply.send(accepted.reply);
  }

  @Post('/v1/approvals::batch')
  async acceptBatch(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const envelope = envelopeOf(request);
    const { requests } = readBody(batchBody, request.body);
    reply.code(207).send(await this.acceptMany(requests, callerOf(request), envelope));
  }
}

/** What of an HTTP request matters beside its body. */
export const envelopeOf = ({ headers, body }: FastifyRequest): Envelope => ({
  headerKey: keyFromHeader(headers['idempotency-key']),
  traceparent: traceparentOf(headers.traceparent),
  bodyBytes: body instanceof Uint8Array ? body.length : 0,
});
