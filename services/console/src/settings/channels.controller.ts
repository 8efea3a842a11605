import {
  alertChannel,
  channelConfigBody,
  channelPolicyBody,
  language,
  templateBody,
  templateKind,
  templatePreviewBody,
} from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { administratorOf, personOf, readsSettings, settingsReaderOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, MESSAGING, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { connectChannel, disconnectChannel, listChannels, setChannelPolicy, testChannel } from './channels.ts';
import { listTemplates, previewTemplate, publishTemplate, templateVersions } from './templates.ts';

/** How an organisation's people are reached: providers, limits and words. */
@Controller('api')
export class ChannelsController {
  private readonly deps: SettingsDeps & { messaging: Messaging };

  constructor(
    @Inject(EVENT_LOG) readonly eventLog: EventLog,
    @Inject(DIRECTORY) readonly directory: Directory,
    @Inject(NOW) now: () => string,
    @Inject(MESSAGING) private readonly messaging: Messaging,
  ) {
    this.deps = { eventLog, directory, now, messaging };
  }

  @Get('channels')
  @Header('cache-control', 'no-store')
  list(@Req() request: FastifyRequest) {
    const person = personOf(request);
    return listChannels(this.deps, person.tenant, readsSettings(person));
  }
  @Put('channels/:channel')
  connect(@Param('channel') channel: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return connectChannel(this.deps)(by, known(alertChannel, channel), readBody(request, channelConfigBody));
  }
  @Delete('channels/:channel')
  @HttpCode(204)
  disconnect(@Param('channel') channel: string, @Req() request: FastifyRequest) {
    return disconnectChannel(this.deps)(administratorOf(request), known(alertChannel, channel));
  }
  @Post('channels/:channel/test')
  @HttpCode(200)
  test(@Param('channel') channel: string, @Req() request: FastifyRequest) {
    return testChannel(this.deps, administratorOf(request), known(alertChannel, channel));
  }

  @Get('organization/channel-policy')
  @Header('cache-control', 'no-store')
  policy(@Req() request: FastifyRequest) {
    return { policy: this.directory.channelPolicy(settingsReaderOf(request).tenant) };
  }
  @Put('organization/channel-policy')
  setPolicy(@Req() request: FastifyRequest) {
    return setChannelPolicy(this.deps)(administratorOf(request), readBody(request, channelPolicyBody).policy);
  }

  @Get('templates')
  @Header('cache-control', 'no-store')
  templates(@Req() request: FastifyRequest) {
    return listTemplates(this.deps, settingsReaderOf(request).tenant);
  }
  @Get('templates/:channel/:language/:kind/versions')
  @Header('cache-control', 'no-store')
  versions(
    @Param('channel') channel: string,
    @Param('language') tongue: string,
    @Param('kind') kind: string,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = settingsReaderOf(request);
    const words = { channel: known(alertChannel, channel), language: known(language, tongue), kind: known(templateKind, kind) };
    return templateVersions(this, tenant, words);
  }
  @Post('templates/preview')
  @HttpCode(200)
  preview(@Req() request: FastifyRequest) {
    administratorOf(request);
    return previewTemplate(this.messaging, readBody(request, templatePreviewBody));
  }
  @Put('templates/:channel/:language/:kind')
  publish(
    @Param('channel') channel: string,
    @Param('language') tongue: string,
    @Param('kind') kind: string,
    @Req() request: FastifyRequest,
  ) {
    const by = administratorOf(request);
    const { document } = readBody(request, templateBody);
    return publishTemplate(this.deps)(by, known(alertChannel, channel), known(language, tongue), known(templateKind, kind), document);
  }
}

/** A part of the path that names one of a few things. */
const known = <Schema extends z.ZodType>(schema: Schema, value: string): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ProblemError('not_found', 404, `There is no ${JSON.stringify(value.slice(0, 32))} here.`);
  return parsed.data;
};
