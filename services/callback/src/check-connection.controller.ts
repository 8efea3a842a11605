import { checkConnection } from '@holdpoint/agents';
import { connectionCheck, type ConnectionFault } from '@holdpoint/contracts';
import type { Egress } from '@holdpoint/egress';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

export const EGRESS = Symbol('guarded client');

/** How long a provider may take to answer a check, milliseconds: somebody waits in front of a form. */
const CHECK_MS_MAX = 8_000;

/** Asked by the console before a connection is saved: here, because the answer holds for the very client that resumes runs. */
@Controller()
export class CheckConnectionController {
  constructor(@Inject(EGRESS) private readonly egress: Egress) {}

  @MessagePattern<string>('hp.query.connectionCheck')
  async check(@Payload() body: unknown): Promise<{ fault: ConnectionFault | null }> {
    const { provider, baseUrl, apiKey, model } = connectionCheck.parse(body);
    const connection = { baseUrl, apiKey };
    return { fault: await checkConnection({ provider, connection, model, fetch: this.egress.fetchFor({ timeoutMs: CHECK_MS_MAX }) }) };
  }
}
