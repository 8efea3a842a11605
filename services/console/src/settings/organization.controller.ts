import {
  activationRuleBody,
  engageKillSwitch,
  organizationLogoBody,
  organizationProfileBody,
  releaseKillSwitch,
  settingsHistoryQuery,
  soloModeBody,
  workingHoursBody,
} from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { Controller, Get, Header, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, gateReaderOf, ownerOf, seniorOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { setLogo } from './set-logo.ts';
import { settingsHistory } from './settings-history.ts';
import {
  engage,
  organizationOf,
  release,
  setActivationRule,
  setOrganizationProfile,
  setWorkingHours,
  switchSoloMode,
} from './organization.ts';

/** What an organisation has one of. Seniors may pull the brake; letting go of it is for administrators, relaxing four eyes for owners. */
@Controller('api/organization')
export class OrganizationController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get()
  @Header('cache-control', 'no-store')
  organization(@Req() request: FastifyRequest) {
    return organizationOf(this.directory, gateReaderOf(request).tenant);
  }
  /** Who changed what. */
  @Get('history')
  @Header('cache-control', 'no-store')
  async history(@Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const { limit } = readQuery(request, settingsHistoryQuery);
    const nameOf = (operatorId: string): string => this.directory.operator(operatorId)?.name ?? operatorId;
    return { items: await settingsHistory(this.eventLog, tenant, nameOf, limit) };
  }
  @Put('profile')
  profile(@Req() request: FastifyRequest) {
    return setOrganizationProfile(this.deps)(administratorOf(request), readBody(request, organizationProfileBody).profile);
  }
  @Put('logo')
  logo(@Req() request: FastifyRequest) {
    return setLogo({ ...this.deps, eventLog: this.eventLog })(administratorOf(request), readBody(request, organizationLogoBody).image);
  }
  @Put('working-hours')
  workingHours(@Req() request: FastifyRequest) {
    return setWorkingHours(this.deps)(administratorOf(request), readBody(request, workingHoursBody).workingHours);
  }
  @Put('solo-mode')
  soloMode(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    const { on } = readBody(request, soloModeBody);
    return switchSoloMode(this.deps)(on ? ownerOf(request) : by, on);
  }
  @Put('activation-rule')
  activationRule(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    const { secondPerson } = readBody(request, activationRuleBody);
    return setActivationRule(this.deps)(secondPerson ? by : ownerOf(request), secondPerson);
  }

  @Post('kill-switch')
  @HttpCode(200)
  engage(@Req() request: FastifyRequest) {
    const by = seniorOf(request);
    const { scope, reason } = readBody(request, engageKillSwitch);
    return engage(this.deps)(by, scope, reason);
  }
  @Post('kill-switch/release')
  @HttpCode(200)
  release(@Req() request: FastifyRequest) {
    return release(this.deps)(administratorOf(request), readBody(request, releaseKillSwitch).scope);
  }
}
