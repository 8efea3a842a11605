import { z } from 'zod';
import { acceptedReply, approvalReply, approvalRequest, erasedProblem, problem } from '@holdpoint/contracts';
import { IDEMPOTENCY_KEY_CHARS_MAX } from './idempotency-key.ts';
import { ROUTES, type Route } from './routes.ts';

/** Schemas that several calls share; they stand once under `components`. */
const SHARED = new Map<z.ZodType, string>([
  [approvalRequest, 'ApprovalRequest'],
  [acceptedReply, 'Accepted'],
  [approvalReply, 'Approval'],
  [problem, 'Problem'],
  [erasedProblem, 'ErasedProblem'],
]);

/** Problems every call under `/v1/` can have. */
const COMMON_PROBLEMS = { 401: ['unauthorized'], 403: ['scope_missing'], 429: ['rate_limited'], 503: ['log_unavailable', 'overloaded'] };

const jsonSchemaOf = (schema: z.ZodType): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};
const reference = (schema: z.ZodType): object => {
  const name = SHARED.get(schema);
  return name === undefined ? jsonSchemaOf(schema) : { $ref: `#/components/schemas/${name}` };
};
const json = (schema: z.ZodType) => ({ 'application/json': { schema: reference(schema) } });

/**
 * The OpenAPI 3.1 description of the agents' API, made from the route table and the zod schemas that check the requests themselves.
 * @param publicUrl where agents reach it
 */
export const openApiDocument = (publicUrl: string): object => ({
  openapi: '3.1.0',
  info: {
    title: 'Holdpoint: agents’ API',
    version: '1.0.0',
    description:
      'An agent asks before it acts. Members may also be written in snake_case. Bodies are strict JSON in UTF-8: duplicate keys, unknown members and numbers that do not survive a round trip are refused.',
  },
  servers: [{ url: publicUrl }],
  security: [{ apiKey: [] }],
  paths: Object.fromEntries(
    [...Map.groupBy(ROUTES, route => route.path)].map(([path, routes]) => [
      path,
      Object.fromEntries(routes.map(route => [route.method, operationOf(route)])),
    ]),
  ),
  components: {
    securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'hp_live_… or hp_test_…' } },
    schemas: Object.fromEntries([...SHARED].map(([schema, name]) => [name, jsonSchemaOf(schema)])),
  },
});

const operationOf = (route: Route): object => ({
  operationId: route.name,
  summary: route.summary,
  ...(route.scope === null ? { security: [] } : { description: `Needs the scope \`${route.scope}\`.` }),
  parameters: [...pathParameters(route), ...queryParameters(route), ...(route.takesIdempotencyKey ? [IDEMPOTENCY_KEY] : [])],
  ...(route.body && { requestBody: { required: route.bodyOptional !== true, content: json(route.body) } }),
  responses: { ...answersOf(route), ...problemsOf(route) },
});

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Names the request for ever. Without it (source, threadId, runId, toolCallId) does.',
  schema: { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_CHARS_MAX },
};

const pathParameters = ({ path, params = {} }: Route): object[] => [
  ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^apr_[a-z2-7]{26}$' } }] : []),
  ...Object.entries(params).map(([name, { says, schema }]) => ({
    name,
    in: 'path',
    required: true,
    description: says,
    schema: jsonSchemaOf(schema),
  })),
];

const queryParameters = ({ query }: Route): object[] =>
  query === undefined
    ? []
    : Object.entries((jsonSchemaOf(query) as { properties: Record<string, object> }).properties).map(([name, schema]) => ({
        name,
        in: 'query',
        schema,
      }));

const answersOf = ({ answers }: Route): Record<string, object> =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { says, schema }]) => [status, { description: says, ...(schema && { content: json(schema) }) }]),
  );

const problemsOf = ({ scope, problems = {} }: Route): Record<string, object> => {
  const byStatus: Record<string, readonly string[]> = scope === null ? {} : { ...COMMON_PROBLEMS };
  for (const [status, codes] of Object.entries(problems)) byStatus[status] = [...codes, ...(byStatus[status] ?? [])];
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: reference(codes.includes('erased') ? erasedProblem : problem) } },
      },
    ]),
  );
};
