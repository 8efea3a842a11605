import { accessReviewQuery } from '@holdpoint/contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readQuery } from '../read-body.ts';
import { ACCOUNT_DEPS } from '../tokens.ts';
import { accessReview, accessReviewCsv } from './access-review.ts';
import type { AccountDeps } from './account-deps.ts';
import { settingsReaderOf } from './person.ts';

/** `GET /api/exports/access-review`: who may do what, for whoever reviews it. */
@Controller('api/exports')
export class AccessReviewController {
  constructor(@Inject(ACCOUNT_DEPS) private readonly deps: AccountDeps) {}

  @Get('access-review')
  async review(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { tenant } = settingsReaderOf(request);
    const { format } = readQuery(request, accessReviewQuery);
    const items = await accessReview(this.deps, tenant);
    reply.header('cache-control', 'no-store');
    if (format === 'json') return { items };
    reply.header('content-type', 'text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="access-review.csv"');
    return accessReviewCsv(items);
  }
}
