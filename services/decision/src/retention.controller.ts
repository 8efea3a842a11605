import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { retentionCommand, type RetentionReply } from '@holdpoint/contracts';
import type { EraseDue } from './erase-due.ts';

export const ERASE_DUE = Symbol('erase what is due');

/** `hp.cmd.retention.erase`: the console found approvals whose time is over. */
@Controller()
export class RetentionController {
  constructor(@Inject(ERASE_DUE) private readonly eraseDue: EraseDue) {}

  @MessagePattern<string>('hp.cmd.retention.erase')
  handle(@Payload() body: unknown): Promise<RetentionReply> {
    return this.eraseDue(retentionCommand.parse(body));
  }
}
