export { decision } from './decision.ts';
export type { DecisionConfig } from './decision.config.ts';
