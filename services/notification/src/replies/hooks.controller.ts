import { alertChannel } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Hooks } from './take-inbound.ts';

export const HOOKS = Symbol('calls of providers');

/** `/channels/{channel}/{hookId}`: where providers call us back. The path is the organisation's own and a secret, the signature is what counts. */
@Controller()
export class HooksController {
  constructor(@Inject(HOOKS) private readonly hooks: Hooks) {}

  @All('channels/:channel/:hookId')
  async take(
    @Param('channel') name: string,
    @Param('hookId') hookId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const channel = alertChannel.safeParse(name);
    if (!channel.success) throw new ProblemError('not_found', 404, 'No channel is called back at this address.');
    const {
      status,
      headers = {},
      body,
    } = await this.hooks.take(channel.data, hookId, {
      method: request.method,
      query: queryOf(request.url),
      headers: headersOf(request),
      rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    reply
      .code(status)
      .headers({ 'cache-control': 'no-store', ...headers })
      .send(body ?? '');
  }
}

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
};

const headersOf = ({ headers }: FastifyRequest): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
