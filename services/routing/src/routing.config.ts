import { readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';

export const routingSchema = z.object({
  ROUTING_PORT: variable.port(7073),
  ROUTING_HOST: variable.host(),
  ROUTING_IN_FLIGHT_MAX: variable
    .count(1, 1_024, 32)
    .describe('Approvals worked on at a time; the rest waits, so that a burst of requests is accepted before it is routed'),
});
export type RoutingConfig = z.output<typeof routingSchema>;

/** @throws ConfigError */
export const readRoutingConfig = (env: NodeJS.ProcessEnv): RoutingConfig => readConfig(routingSchema, env);
