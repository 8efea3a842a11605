export { COMMANDS } from './commands.ts';
export { run } from './run.ts';
export type { Io } from './io.ts';
export { EXIT } from './stop.ts';
