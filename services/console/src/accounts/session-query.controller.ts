import { sessionQuery, type SessionReply } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ACCOUNTS, CONSOLE_ORIGIN, DIRECTORY } from '../tokens.ts';
import type { Accounts } from './accounts.ts';
import { mustAddFactor } from './person.ts';
import { readSessionCookie } from './session-cookie.ts';

/**
 * Answers `hp.query.session`: whose session a browser has that opened a page of another service. A look is no use of the session, and grants
 * nothing by itself.
 */
@Controller()
export class SessionQueryController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CONSOLE_ORIGIN) private readonly consoleOrigin: string,
  ) {}

  @MessagePattern<string>('hp.query.session', { queue: 'console' })
  async of(@Payload() body: unknown): Promise<SessionReply> {
    const { cookie } = sessionQuery.parse(body);
    const token = readSessionCookie(cookie, this.consoleOrigin.startsWith('https:'));
    const session = token === null ? null : await this.accounts.sessions.of(token, { countsAsUse: false });
    const operator = session === null ? null : this.directory.operator(session.operatorId);
    if (operator === null || session === null || mustAddFactor(this.directory, operator.tenant, session)) return null;
    return { operatorId: operator.operatorId, tenant: operator.tenant, name: operator.name };
  }
}
