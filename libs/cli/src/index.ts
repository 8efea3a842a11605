export { run } from './run.ts';
export type { Io } from './io.ts';
export { EXIT } from './stop.ts';
