import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ProblemError, traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../admit.ts';
import { DOCUMENTS, MCP_GATEWAY } from '../../tokens.ts';
import type { Documents } from '../../documents.controller.ts';
import { sendAnswer } from '../mcp.controller.ts';
import { GATEWAY_PATH, isGatewayPath } from '../resource-metadata.ts';
import type { McpGatewayCall } from './gateway.ts';

@Controller()
export class McpGatewayController {
  constructor(
    @Inject(MCP_GATEWAY) private readonly gateway: McpGatewayCall,
    @Inject(DOCUMENTS) private readonly documents: Documents,
  ) {}

  @Post('/mcp/gateway/:id')
  async message(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { headers, body } = request;
    await sendAnswer(reply, gone =>
      this.gateway(id, body, headers, { caller: callerOf(request), traceparent: traceparentOf(headers.traceparent), gone }),
    );
  }

  /** The same for every name: whether there is such a gateway is for those with a key to know. */
  @Get('/.well-known/oauth-protected-resource/mcp/gateway/:id')
  metadata(@Param('id') id: string, @Res() reply: FastifyReply): void {
    if (!isGatewayPath(GATEWAY_PATH + id)) throw new ProblemError('not_found', 404, 'That cannot be the name of an MCP gateway.');
    reply.type('application/json').send(this.documents.gatewayResource(GATEWAY_PATH + id));
  }
}
