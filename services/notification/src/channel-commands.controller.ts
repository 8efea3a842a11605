import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { alertChannel, type MessageTemplate } from '@holdpoint/contracts';
import { z } from 'zod';
import type { Begun } from './send-message.ts';

export const CHANNEL_COMMANDS = Symbol('what the console asks about channels');

/** What the console asks about channels on behalf of a person it has established. */
export type ChannelCommands = {
  /** Sends the code or link that proves an address. */
  enrol(tenant: string, addressId: string): Promise<Begun>;
  /** Checks the settings against the provider and sends a test message. */
  test(tenant: string, channel: z.output<typeof alertChannel>, operatorId: string): Promise<Begun>;
  /** Whether settings can be used: their form, and what the provider says to them. Null when all is well. */
  check(tenant: string, channel: z.output<typeof alertChannel>, config: unknown, hookId: string): Promise<ConfigFault | null>;
  /** Every channel there is: what it can do, and the JSON Schema of its settings with secrets marked; and under which base URL providers reach us. */
  describe(): { channels: ChannelDescription[]; publicUrl: string };
  /** The words every kind of message has of its own, and what may stand in braces in an organisation's words. */
  words(): TemplateWords;
  /** How a message with these words would look, composed and as the provider gets it; or what is wrong with the words. */
  preview(channel: z.output<typeof alertChannel>, kind: string, template: unknown): unknown;
};
export type TemplateWords = { builtIn: Record<string, MessageTemplate>; variables: readonly string[] };
/** `by`: whether the settings are wrong in form, so that they cannot be used at all, or the provider refuses them. */
export type ConfigFault = { by: 'form' | 'provider'; detail: string; errors: { pointer: string; detail: string }[] };
export type ChannelDescription = {
  id: string;
  displayName: string;
  capabilities: object;
  config: object;
  /** Members of the settings that are never shown again. */
  secrets: string[];
  /** Whether this installation brings it for organisations without their own. */
  installed: boolean;
};

const enrolBody = z.strictObject({ tenant: z.string(), addressId: z.string() });
const testBody = z.strictObject({ tenant: z.string(), channel: alertChannel, operatorId: z.string() });
const checkBody = z.strictObject({ tenant: z.string(), channel: alertChannel, config: z.unknown(), hookId: z.string() });
const previewBody = z.strictObject({ channel: alertChannel, kind: z.string(), template: z.unknown() });

@Controller()
export class ChannelCommandsController {
  constructor(@Inject(CHANNEL_COMMANDS) private readonly commands: ChannelCommands) {}

  @MessagePattern<string>('hp.cmd.notification.enrol')
  enrol(@Payload() body: unknown): Promise<Begun> {
    const { tenant, addressId } = enrolBody.parse(body);
    return this.commands.enrol(tenant, addressId);
  }

  @MessagePattern<string>('hp.cmd.notification.test')
  test(@Payload() body: unknown): Promise<Begun> {
    const { tenant, channel, operatorId } = testBody.parse(body);
    return this.commands.test(tenant, channel, operatorId);
  }

  @MessagePattern<string>('hp.query.channelConfig')
  async check(@Payload() body: unknown): Promise<{ fault: ConfigFault | null }> {
    const { tenant, channel, config, hookId } = checkBody.parse(body);
    return { fault: await this.commands.check(tenant, channel, config, hookId) };
  }

  @MessagePattern<string>('hp.query.channels')
  describe(): ReturnType<ChannelCommands['describe']> {
    return this.commands.describe();
  }

  @MessagePattern<string>('hp.query.templateWords')
  words(): TemplateWords {
    return this.commands.words();
  }

  @MessagePattern<string>('hp.query.messagePreview')
  preview(@Payload() body: unknown): unknown {
    const { channel, kind, template } = previewBody.parse(body);
    return this.commands.preview(channel, kind, template);
  }
}
