export { routing } from './routing.ts';
export type { RoutingConfig } from './routing.config.ts';
