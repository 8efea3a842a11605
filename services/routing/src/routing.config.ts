import { LIMITS } from '@holdpoint/contracts';
import { readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';

export const routingSchema = z.object({
  ROUTING_PORT: variable.port(7073),
  ROUTING_HOST: variable.host(),
  ROUTING_IN_FLIGHT_MAX: variable
    .count(1, 1_024, 32)
    .describe('Approvals worked on at a time; the rest waits, so that a burst of requests is accepted before it is routed'),
  HOLDPOINT_DEADLINE_SEC_DEFAULT: variable
    .seconds(1, LIMITS.deadlineSecMax, 86_400)
    .describe('What ingest gives a request whose agent named no deadline, seconds: only such a one is replaced by working hours'),
});
export type RoutingConfig = z.output<typeof routingSchema>;

/** @throws ConfigError */
export const readRoutingConfig = (env: NodeJS.ProcessEnv): RoutingConfig => readConfig(routingSchema, env);
