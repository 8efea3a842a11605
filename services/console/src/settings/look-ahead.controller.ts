import { checkPolicyBody, onCallAheadQuery } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { policyText } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gateReaderOf, personOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { DIRECTORY, NOW } from '../tokens.ts';
import { checkPolicy } from './check-policy.ts';
import { onCallAhead } from './on-call-ahead.ts';

/** What would be said, and who will be on call: questions about settings that change nothing. */
@Controller('api')
export class LookAheadController {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Post('policies/check')
  @HttpCode(200)
  check(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    return checkPolicy(this.directory, tenant, readBody(request, checkPolicyBody).text);
  }

  @Get('policies/:id/versions/:version/text')
  @Header('cache-control', 'no-store')
  text(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    const found = this.directory.policyVersion(gateReaderOf(request).tenant, id, Number(version));
    if (found === null) throw new ProblemError('not_found', 404, 'There is no such policy version.');
    return { id, version: found.version, text: policyText(found.document) };
  }

  @Get('schedules/:id/ahead')
  @Header('cache-control', 'no-store')
  ahead(@Param('id') id: string, @Req() request: FastifyRequest) {
    const { days } = readQuery(request, onCallAheadQuery);
    return onCallAhead(this.directory, personOf(request).tenant, id, this.now(), days);
  }
}
