import type { Safety } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf } from '../accounts/person.ts';
import { DIRECTORY } from '../tokens.ts';

/** What holds requests up or relaxes four eyes: whoever decides has to know, whatever role they hold. */
@Controller('api/safety')
export class SafetyController {
  constructor(@Inject(DIRECTORY) private readonly directory: Directory) {}

  @Get()
  @Header('cache-control', 'no-store')
  safety(@Req() request: FastifyRequest): Safety {
    const { tenant } = personOf(request);
    return {
      soloMode: this.directory.soloMode(tenant),
      killSwitches: this.directory.list('killSwitches', tenant).map(({ scope, reason, by, at }) => ({
        scope,
        reason,
        by: { id: by, name: this.directory.operator(by)?.name ?? by },
        at,
      })),
    };
  }
}
