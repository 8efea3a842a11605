import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ProblemError, traceparentOf } from '@holdpoint/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../admit.ts';
import { DOCUMENTS, MCP } from '../tokens.ts';
import type { Documents } from '../documents.controller.ts';
import type { Answer } from './endpoint.ts';
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
    const { headers, body } = request;
    await sendAnswer(reply, gone =>
      this.mcp(body, headers, { caller: callerOf(request), traceparent: traceparentOf(headers.traceparent), gone }),
    );
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

/** Sends what an MCP endpoint answers; a body it cannot take is refused in the words of JSON-RPC. @param answer told when the client hung up */
export const sendAnswer = async (reply: FastifyReply, answer: (gone: AbortSignal) => Promise<Answer>): Promise<void> => {
  const client = new AbortController();
  reply.raw.once('close', () => client.abort());
  try {
    const { status, headers, body } = await answer(client.signal);
    if (!client.signal.aborted) reply.code(status).headers(headers).send(body);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 400) throw error;
    reply.code(400).header('cache-control', 'no-store').send(rpcRefusal(error));
  }
};
