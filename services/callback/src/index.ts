export { callback } from './callback.ts';
export type { CallbackConfig } from './callback.config.ts';
