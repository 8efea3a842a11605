import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ProblemError, traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../admit.ts';
import { DOCUMENTS, MCP } from '../tokens.ts';
import type { Documents } from '../documents.controller.ts';
import type { Mcp } from './mcp.ts';
import { rpcRefusal } from './read-message.ts';

@Controller()
export class McpController {
  constructor(
    @Inject(MCP) private readonly mcp: Mcp,
    @Inject(DOCUMENTS) private readonly documents: Documents,
  ) {}

  @Post('/mcp')
  async message(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const client = new AbortController();
    reply.raw.once('close', () => client.abort());
    const { headers, body } = request;
    try {
      const answer = await this.mcp(body, headers, {
        caller: callerOf(request),
        traceparent: traceparentOf(headers.traceparent),
        gone: client.signal,
      });
      if (client.signal.aborted) return;
      reply.code(answer.status).headers(answer.headers).send(answer.body);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 400) throw error;
      reply.code(400).header('cache-control', 'no-store').send(rpcRefusal(error));
    }
  }

  @Get('/.well-known/oauth-protected-resource')
  metadata(@Res() reply: FastifyReply): void {
    reply.type('application/json').send(this.documents.mcpResource);
  }

  @Get('/.well-known/oauth-protected-resource/mcp')
  metadataOfPath(@Res() reply: FastifyReply): void {
    this.metadata(reply);
  }
}
