import { readFileSync } from 'node:fs';
import { approvalRequest } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatForFlow, parseSubscription } from './copilot-studio.ts';

type Schema = { $ref?: string; type?: string; enum?: string[]; properties?: Record<string, Schema>; required?: string[] };
type Parameter = { name: string; in: string; required?: boolean; type?: string; schema?: Schema };
type Operation = {
  operationId: string;
  summary: string;
  parameters?: Parameter[];
  responses: Record<string, { description: string; schema?: Schema }>;
};
type Swagger = {
  swagger: string;
  host: string;
  schemes: string[];
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Schema>;
  securityDefinitions: Record<string, { type: string; in: string; name: string }>;
  security: Record<string, unknown>[];
};
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const swagger = read('holdpoint.swagger.json') as Swagger;
const operations = Object.entries(swagger.paths).flatMap(([path, methods]) =>
  Object.values(methods).map(operation => ({ path, operation })),
);
const refsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => (name === '$ref' ? [String(member)] : refsIn(member)))
    : [];

describe('the connector file', () => {
  it('is OpenAPI 2.0 for one host, over https, with one way to sign in', () => {
    expect(swagger).toMatchObject({ swagger: '2.0', schemes: ['https'] });
    expect(swagger.host).not.toContain('/');
    expect(Object.keys(swagger.securityDefinitions)).toEqual(swagger.security.flatMap(Object.keys));
  });

  it('names every operation once, with a summary, and describes every answer', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) {
      expect(operation.summary.length).toBeGreaterThan(0);
      for (const answer of Object.values(operation.responses)) expect(answer.description.length).toBeGreaterThan(0);
    }
  });

  it('declares every parameter of its paths, and refers only to what it defines', () => {
    for (const { path, operation } of operations) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path');
      expect(declared.map(({ name }) => name)).toEqual(wanted);
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
        expect(parameter.in === 'body' ? parameter.schema : parameter.type).toBeDefined();
      }
    }
    for (const ref of refsIn(swagger)) expect(swagger.definitions).toHaveProperty(ref.replace('#/definitions/', ''));
  });

  it('asks for bodies that the API accepts', () => {
    const filled = (schema: Schema): unknown => {
      if (schema.$ref !== undefined) return filled(swagger.definitions[schema.$ref.replace('#/definitions/', '')]!);
      if (schema.enum !== undefined) return schema.enum[0];
      if (schema.type === 'integer') return 3_600;
      if (schema.type !== 'object') return schema.type === 'string' ? 'text' : null;
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, filled(member)]));
    };
    expect(approvalRequest.safeParse(filled(swagger.definitions['ApprovalRequest']!)).error).toBeUndefined();
  });

  it('offers the MCP endpoint as Copilot Studio finds it', () => {
    expect(swagger.paths['/mcp']!['post']).toMatchObject({ operationId: 'InvokeMCP', 'x-ms-agentic-protocol': 'mcp-streamable-1.0' });
  });
});

describe('the flow template', () => {
  const flow = read('flow-template.json') as {
    actions: Record<
      string,
      { type: string; runAfter: Record<string, string[]>; inputs?: { subscribe?: { body: Record<string, unknown> } } }
    >;
  };

  it('answers the agent first, then waits, then looks at approved', () => {
    expect(Object.entries(flow.actions).map(([name, { type, runAfter }]) => [name, type, Object.keys(runAfter)])).toEqual([
      ['Respond_to_the_agent', 'Response', []],
      ['Wait_for_a_person', 'HttpWebhook', ['Respond_to_the_agent']],
      ['If_approved', 'If', ['Wait_for_a_person']],
    ]);
    expect(JSON.stringify(flow.actions['If_approved'])).toContain("['approved']\",true]");
  });

  it('subscribes with a body that becomes a request, once the flow has filled it in', () => {
    const values: Record<string, unknown> = {
      "@triggerBody()?['riskLevel']": 'high',
      "@json(triggerBody()?['refundArgsJson'])": { amount: 245 },
      '@listCallbackUrl()': 'https://prod-00.westeurope.logic.azure.com/workflows/1?sig=abc',
    };
    const fill = (value: unknown): unknown => {
      if (typeof value === 'string') return value.startsWith('@') ? (values[value] ?? 'text') : value;
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member)]));
    };
    expect(parseSubscription(fill(flow.actions['Wait_for_a_person']!.inputs!.subscribe!.body))).toMatchObject([
      { kind: 'request', request: { action: { name: 'issue_refund', args: { amount: 245 } } } },
    ]);
  });
});

describe('a flow that waits', () => {
  const pause = read('samples/subscription.json') as Record<string, unknown>;
  const [call] = parseSubscription(pause) as Requested[];

  it('gives its agent texts and booleans only', () => {
    for (const outcome of ['approved', 'modified', 'rejected', 'expired', 'withdrawn'] as const) {
      const answer = formatForFlow([decide(call!, outcome)], pause);
      for (const value of Object.values(answer)) expect(value === null || typeof value !== 'object').toBe(true);
    }
    expect(formatForFlow([decide(call!, 'modified')], pause)).toMatchObject({
      approved: true,
      approvedActionArgsJson: '{"order_id":"A-1","amount":100,"currency":"USD"}',
    });
    expect(formatForFlow([decide(call!, 'rejected')], pause)).toMatchObject({ approved: false, approvedActionName: null });
  });

  it('is called back over https only', () => {
    const resume = { mode: 'logicApps', url: 'http://flow.example' };
    expect(() => parseSubscription({ ...pause, resume })).toThrow('at resume.url');
    expect(() => parseSubscription({ ...pause, callback: { url: 'http://flow.example' } })).toThrow('at callback.url');
    expect(() => parseSubscription({ ...pause, resume: undefined })).toThrow('at resume we expected');
  });

  it('is answered at its URL once, or told like any app where its subscription is of an earlier template', () => {
    const url = 'https://prod-00.westeurope.logic.azure.com/workflows/1?sig=abc';
    expect(call!.request.resume).toMatchObject({ mode: 'logicApps' });
    const [earlier] = parseSubscription({ ...pause, resume: undefined, callback: { url } }) as Requested[];
    expect(earlier!.request).toMatchObject({ callback: { url } });
  });
});
