import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TAKE_HOOK } from '../tokens.ts';
import type { TakeHook } from './take-hook.ts';

@Controller()
export class TakeHookController {
  constructor(@Inject(TAKE_HOOK) private readonly takeHook: TakeHook) {}

  @Post('/v1/hooks/:provider/:connection')
  async take(
    @Param('provider') provider: string,
    @Param('connection') connection: string,
    @Req() { headers, body }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.code(200).send(await this.takeHook(provider, connection, { headers, body }));
  }
}
