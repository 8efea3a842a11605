import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import { identify, personOf } from '../accounts/person.ts';
import { changesSince } from '../read-model/changes.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { ACCOUNTS, CONSOLE_ORIGIN, DIRECTORY, LIVE_CLIENTS, READ_MODELS } from '../tokens.ts';
import { LIVE_LIMITS, type LiveClients } from './live-clients.ts';

/** `GET /api/live`: server-sent events, `id:` is the log position. Sent after the read model has the change, so that reading again shows it. */
@Controller('api')
export class LiveController {
  constructor(
    @Inject(LIVE_CLIENTS) private readonly clients: LiveClients,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(CONSOLE_ORIGIN) private readonly consoleOrigin: string,
  ) {}

  @Get('live')
  async live(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { operatorId, tenant } = personOf(request);
    if (!this.clients.hasRoomFor(operatorId))
      throw new ProblemError('too_many_streams', 429, 'Too many live streams are open; close some tabs.', {
        headers: { 'retry-after': '10' },
      });
    const since = request.headers['last-event-id'];
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      // Kept alive, the ended stream's connection would hold up a shutdown until the browser lets go of it.
      connection: 'close',
    });
    const model = this.models.current();
    const stream = this.clients.add({ tenant, operatorId, stillSignedIn: () => this.isStill(operatorId, request) }, reply.raw);
    if (typeof since !== 'string') return stream.resume({ from: model.position() });
    const missed = await changesSince(model.read, tenant, since, LIVE_LIMITS.resumeMax);
    stream.resume(missed.outcome === 'known' ? missed : 'tooOld');
  }

  /** An open tab is no use of the session: it ends after its idle time however long somebody only listens. */
  private async isStill(operatorId: string, request: FastifyRequest): Promise<boolean> {
    const { accounts, directory, consoleOrigin } = this;
    const person = await identify(request, { accounts, directory, secure: consoleOrigin.startsWith('https:') }, { countsAsUse: false });
    return person.operatorId === operatorId;
  }
}
