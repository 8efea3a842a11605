import { newAddress, notificationRulesBody, profileBody, verifyAddressBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf, selfOrAdministratorOf } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, MESSAGING, NOW } from '../tokens.ts';
import { addAddress, addressesOf, removeAddress, setNotificationRules, setProfile, verifyAddress } from './addresses.ts';
import type { SettingsDeps } from './change-settings.ts';

/** Where and how people want to be told. An address is added by its own person only: an administrator may look and remove. */
@Controller('api')
export class AddressesController {
  private readonly deps: SettingsDeps & { messaging: Messaging };

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) private readonly now: () => string,
    @Inject(MESSAGING) private readonly messaging: Messaging,
  ) {
    this.deps = { eventLog, directory, now, messaging };
  }

  @Get('addresses')
  @Header('cache-control', 'no-store')
  mine(@Req() request: FastifyRequest) {
    const { tenant, operatorId } = personOf(request);
    return addressesOf(this.directory, tenant, operatorId, this.now());
  }
  @Get('members/:id/addresses')
  @Header('cache-control', 'no-store')
  of(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return addressesOf(this.directory, selfOrAdministratorOf(request, operatorId).tenant, operatorId, this.now());
  }
  @Post('addresses')
  @HttpCode(201)
  add(@Req() request: FastifyRequest) {
    return addAddress(this.deps)(personOf(request), readBody(request, newAddress));
  }
  @Post('addresses/:addressId/verify')
  @HttpCode(200)
  verify(@Param('addressId') addressId: string, @Req() request: FastifyRequest) {
    return verifyAddress(this.messaging, personOf(request), addressId, readBody(request, verifyAddressBody).code);
  }
  @Delete('members/:id/addresses/:addressId')
  @HttpCode(204)
  remove(@Param('id') id: string, @Param('addressId') addressId: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return removeAddress(this.deps)(selfOrAdministratorOf(request, operatorId), operatorId, addressId);
  }
  @Put('members/:id/notification-rules')
  rules(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    const by = selfOrAdministratorOf(request, operatorId);
    return setNotificationRules(this.deps)(by, operatorId, readBody(request, notificationRulesBody).rules);
  }
  @Put('members/:id/profile')
  profile(@Param('id') id: string, @Req() request: FastifyRequest) {
    const operatorId = whose(id, request);
    return setProfile(this.deps)(selfOrAdministratorOf(request, operatorId), operatorId, readBody(request, profileBody));
  }
}

const whose = (id: string, request: FastifyRequest): string => (id === 'me' ? personOf(request).operatorId : id);
