import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { pushPressCommand, pushReceiptCommand, type PushPressReply } from '@holdpoint/contracts';
import type { SessionAnswers } from './session-answers.ts';

export const SESSION_ANSWERS = Symbol('what comes back from notifications of browsers');

/** `hp.cmd.notification.press` and `hp.cmd.notification.receipt`: what a browser's notification says, from a person whom the console has established. */
@Controller()
export class SessionController {
  constructor(@Inject(SESSION_ANSWERS) private readonly answers: SessionAnswers) {}

  @MessagePattern<string>('hp.cmd.notification.press', { queue: 'notification' })
  press(@Payload() body: unknown): Promise<PushPressReply> {
    return this.answers.press(pushPressCommand.parse(body));
  }

  @MessagePattern<string>('hp.cmd.notification.receipt', { queue: 'notification' })
  async receipt(@Payload() body: unknown): Promise<{ taken: boolean }> {
    return { taken: await this.answers.receipt(pushReceiptCommand.parse(body)) };
  }
}
