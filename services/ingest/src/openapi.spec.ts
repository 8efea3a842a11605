import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AcceptApprovalController } from './accept-approval.controller.ts';
import { DocumentsController } from './documents.controller.ts';
import { TakeHookController } from './hooks/take-hook.controller.ts';
import { McpGatewayController } from './mcp/gateway/gateway.controller.ts';
import { McpController } from './mcp/mcp.controller.ts';
import { openApiDocument } from './openapi.ts';
import { ReadApprovalController } from './read-approval.controller.ts';
import { ROUTES } from './routes.ts';
import { SettleApprovalController } from './settle-approval.controller.ts';

type Operation = {
  operationId: string;
  parameters: { name: string; in: string }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
};
const document = openApiDocument('https://gate.example') as {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, object>; required?: string[]; additionalProperties?: unknown }> };
};

/** What the controllers register with Nest, written as in the description. */
const served = [
  AcceptApprovalController,
  ReadApprovalController,
  SettleApprovalController,
  McpController,
  McpGatewayController,
  TakeHookController,
  DocumentsController,
].flatMap(({ prototype }) =>
  Object.getOwnPropertyNames(prototype).flatMap(name => {
    const handler = Reflect.get(prototype, name) as object;
    const path = Reflect.getMetadata('path', handler) as string | undefined;
    if (name === 'constructor' || path === undefined) return [];
    const method = RequestMethod[Reflect.getMetadata('method', handler) as number]!.toLowerCase();
    return [
      `${method} ${path
        .replaceAll('::', '\u0000')
        .replace(/:(\w+)/g, '{$1}')
        .replaceAll('\u0000', ':')}`,
    ];
  }),
);
const HEALTH = ['get /healthz', 'get /readyz', 'get /metrics'];

describe('the description of the agents’ API', () => {
  it('lists exactly what is served', () => {
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...served, ...HEALTH].sort());
  });
  it('is OpenAPI 3.1 at the public address, each operation once', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toEqual([{ url: 'https://gate.example' }]);
    const operations = Object.values(document.paths).flatMap(Object.values) as Operation[];
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  });
  it('takes its schemas from the ones that check the requests', () => {
    const request = document.components.schemas['ApprovalRequest']!;
    expect(request.required).toEqual(['source', 'arguments']);
    expect(request.additionalProperties).toBe(false);
    expect(Object.keys(request.properties!)).toContain('upstreamExpiresAt');
    expect(request.properties!['context']).toMatchObject({ properties: { messages: { maxItems: 500 } } });
  });
  it('refers only to schemas it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references)
      expect(document.components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')]);
  });
  it('names parameters, bodies and problems of a call', () => {
    const ask = document.paths['/v1/approvals']!['post']!;
    expect(ask.parameters.map(({ name }) => name)).toEqual(['Idempotency-Key']);
    expect(ask.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ApprovalRequest' } } },
    });
    expect(Object.keys(ask.responses)).toEqual(['200', '202', '400', '401', '403', '410', '413', '415', '422', '429', '503']);
    expect(ask.responses['422']?.description).toContain('idempotency_key_reused');
    expect(ask.responses['410']).toMatchObject({
      description: 'erased',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ErasedProblem' } } },
    });
    const erased = document.components.schemas['ErasedProblem']!;
    expect(Object.keys(erased.properties!)).toEqual(
      expect.arrayContaining(['code', 'ground', 'by', 'reason', 'erasedAt', 'keysDestroyedAt']),
    );
    expect(erased.required).not.toContain('erasedAt');
    const wait = document.paths['/v1/approvals/{id}/wait']!['get']!;
    expect(wait.parameters.map(parameter => [parameter.in, parameter.name])).toEqual([
      ['path', 'id'],
      ['query', 'timeout'],
      ['query', 'until'],
    ]);
  });
});
