import { verifyAddressCommand, type VerifyAddressCommand, type VerifyAddressReply } from '@holdpoint/contracts';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

export const VERIFY_ADDRESS = Symbol('verify an address');
export type VerifyAddress = (command: VerifyAddressCommand) => Promise<VerifyAddressReply>;

/** `hp.cmd.notification.verifyAddress`: what a person typed into the console proves the address it was sent to, or does not. */
@Controller()
export class VerifyAddressController {
  constructor(@Inject(VERIFY_ADDRESS) private readonly verify: VerifyAddress) {}

  @MessagePattern<string>('hp.cmd.notification.verifyAddress', { queue: 'notification' })
  handle(@Payload() body: unknown): Promise<VerifyAddressReply> {
    return this.verify(verifyAddressCommand.parse(body));
  }
}
