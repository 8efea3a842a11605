import { accountMail, type AccountMail } from '@holdpoint/contracts';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { Begun } from './send-message.ts';

export const ACCOUNT_MAIL = Symbol('mails to people who cannot sign in');
export type SendAccountMail = (mail: AccountMail) => Promise<Begun>;

/** `hp.cmd.notification.accountMail`: invitations and links for a new password. */
@Controller()
export class AccountMailController {
  constructor(@Inject(ACCOUNT_MAIL) private readonly send: SendAccountMail) {}

  @MessagePattern<string>('hp.cmd.notification.accountMail')
  mail(@Payload() body: unknown): Promise<Begun> {
    return this.send(accountMail.parse(body));
  }
}
