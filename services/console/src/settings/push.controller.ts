import { pushPressBody, pushReceiptBody, pushUsedBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf, writerOf, type Person } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, MESSAGING, NOW } from '../tokens.ts';
import { markPushUsed, pressNotification, pushKeyOf, takeNotificationReceipt } from './push.ts';

/** Notifications of browsers: the key they subscribe with, and what comes back from their service worker. */
@Controller('api/push')
export class PushController {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(MESSAGING) readonly messaging: Messaging,
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(NOW) private readonly now: () => string,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  key(@Req() request: FastifyRequest) {
    return { publicKey: pushKeyOf(this.directory, personOf(request).tenant) };
  }
  @Post('used')
  @HttpCode(204)
  used(@Req() request: FastifyRequest): Promise<void> {
    const { directory, eventLog, now } = this;
    return markPushUsed({ directory, eventLog, now })(bySession(personOf(request)), readBody(request, pushUsedBody).fingerprint);
  }
  @Post('press')
  @HttpCode(200)
  press(@Req() request: FastifyRequest) {
    return pressNotification(this, bySession(writerOf(request)), readBody(request, pushPressBody));
  }
  @Post('receipts')
  @HttpCode(200)
  receipt(@Req() request: FastifyRequest) {
    return takeNotificationReceipt(this, bySession(personOf(request)), readBody(request, pushReceiptBody));
  }
}

/** A notification shows on a lock screen: only the browser's own session says who pressed it. @throws ProblemError 403 */
const bySession = (person: Person): Person => {
  if (person.by === 'session') return person;
  throw new ProblemError('session_required', 403, 'Notifications are answered by the session of their browser, not by an access token.');
};
