import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DOCUMENTS } from './tokens.ts';

/** Documents that do not change while the process runs, as JSON text. */
export type Documents = { openApi: string; jwks: string; mcpResource: string; gatewayResource: (path: string) => string };

/** Verifiers may keep the keys this long, seconds: short enough for a rotation to be seen the same hour. */
const JWKS_KEPT_SEC = 300;

@Controller()
export class DocumentsController {
  constructor(@Inject(DOCUMENTS) private readonly documents: Documents) {}

  @Get('/openapi.json')
  openApi(@Res() reply: FastifyReply): void {
    reply.type('application/json').send(this.documents.openApi);
  }

  @Get('/.well-known/jwks.json')
  jwks(@Res() reply: FastifyReply): void {
    reply.type('application/jwk-set+json').header('cache-control', `public, max-age=${JWKS_KEPT_SEC}`).send(this.documents.jwks);
  }
}
