import { approvalId, stepUpBody } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import type { AccountDeps } from './account-deps.ts';
import { writerOf } from './person.ts';
import { beginStepUp } from './step-up.ts';

/** `POST /api/approvals/{id}/step-up`: what to confirm, before a decision that takes a fresh proof. */
@Controller('api/approvals/:id')
export class StepUpController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Post('step-up')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  begin(@Param('id') id: string, @Req() request: FastifyRequest) {
    const person = writerOf(request);
    const body = readBody(request, stepUpBody);
    if (request.session === null)
      throw new ProblemError('session_required', 403, 'A fresh proof takes a person at the console; an access token is none.');
    if (!approvalId.safeParse(id).success) throw new ProblemError('not_found', 404, 'There is no such approval.');
    return beginStepUp(this.deps)(person, id, body);
  }
}
