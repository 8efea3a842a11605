import { diffQuery, newDraft, publishDraftBody, publishPolicyBody, shadowBody } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { administratorOf, gateReaderOf } from '../accounts/person.ts';
import { readBody, readQuery } from '../read-body.ts';
import { DIRECTORY, EVENT_LOG, NOW } from '../tokens.ts';
import type { SettingsDeps } from './change-settings.ts';
import { listSettings } from './list-settings.ts';
import { diffVersions, draftPolicy, publishDraft, publishPolicy } from './policies.ts';
import { activateVersion, proposeVersion, retireVersion, shadowVersion, type VersionRef } from './policy-lifecycle.ts';

/** Gate policies from draft to retirement: for owners and admins to change, for seniors and auditors to read. */
@Controller('api')
export class PoliciesController {
  private readonly deps: SettingsDeps;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(NOW) now: () => string,
  ) {
    this.deps = { eventLog, directory, now };
  }

  @Get('policies')
  @Header('cache-control', 'no-store')
  policies(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'policies', gateReaderOf(request).tenant) };
  }
  @Post('policies')
  publish(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return publishPolicy(this.deps)(by, readBody(request, publishPolicyBody));
  }

  @Get('policies/:id/versions')
  @Header('cache-control', 'no-store')
  versions(@Param('id') id: string, @Req() request: FastifyRequest) {
    const items = listSettings(this.directory, 'policies', gateReaderOf(request).tenant).filter(version => version['id'] === id);
    if (items.length === 0) throw noSuchVersion();
    return { items };
  }
  @Get('policies/:id/versions/:version')
  @Header('cache-control', 'no-store')
  version(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    const { items } = this.versions(id, request);
    const found = items.find(other => String(other['version']) === version);
    if (!found) throw noSuchVersion();
    return found;
  }
  @Get('policies/:id/diff')
  @Header('cache-control', 'no-store')
  diff(@Param('id') id: string, @Req() request: FastifyRequest) {
    const { tenant } = gateReaderOf(request);
    const { from, to } = readQuery(request, diffQuery);
    return diffVersions(this.directory, tenant, id, from, to);
  }

  @Put('policies/:id/versions/:version/shadow')
  shadow(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return shadowVersion(this.deps)(by, refOf(id, version), readBody(request, shadowBody).on);
  }
  @Post('policies/:id/versions/:version/propose')
  @HttpCode(200)
  propose(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    return proposeVersion(this.deps)(administratorOf(request), refOf(id, version));
  }
  @Post('policies/:id/versions/:version/activate')
  @HttpCode(200)
  activate(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    return activateVersion(this.deps)(administratorOf(request), refOf(id, version));
  }
  @Post('policies/:id/versions/:version/retire')
  @HttpCode(200)
  retire(@Param('id') id: string, @Param('version') version: string, @Req() request: FastifyRequest) {
    return retireVersion(this.deps)(administratorOf(request), refOf(id, version));
  }

  @Get('policy-drafts')
  @Header('cache-control', 'no-store')
  drafts(@Req() request: FastifyRequest) {
    return { items: listSettings(this.directory, 'drafts', gateReaderOf(request).tenant) };
  }
  @Post('policy-drafts')
  draft(@Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return draftPolicy(this.deps)(by, readBody(request, newDraft));
  }
  @Post('policy-drafts/:id/publish')
  publishDraft(@Param('id') id: string, @Req() request: FastifyRequest) {
    const by = administratorOf(request);
    return publishDraft(this.deps)(by, id, readBody(request, publishDraftBody).activate);
  }
}

const refOf = (policyId: string, version: string): VersionRef => {
  if (!/^[1-9]\d{0,8}$/.test(version)) throw noSuchVersion();
  return { policyId, version: Number(version) };
};
const noSuchVersion = () => new ProblemError('not_found', 404, 'There is no such policy version.');
