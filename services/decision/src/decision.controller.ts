import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { decisionCommand, decisionVerb, type CommandReply } from '@holdpoint/contracts';
import { MessagingContext } from '@holdpoint/messaging';
import type { DecideOnApproval } from './decide-on-approval.ts';

export const DECIDE = Symbol('decide on an approval');

/** `hp.cmd.decision.<verb>`: what a person said in the console or a channel. */
@Controller()
export class DecisionController {
  constructor(@Inject(DECIDE) private readonly decide: DecideOnApproval) {}

  @MessagePattern<string>('hp.cmd.decision.*')
  handle(@Payload() body: unknown, @Ctx() context: MessagingContext): Promise<CommandReply> {
    const verb = decisionVerb.parse(context.subject().slice('hp.cmd.decision.'.length));
    return this.decide(verb, decisionCommand.parse(body));
  }
}
