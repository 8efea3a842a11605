export { consoleService } from './service.ts';
export type { ConsoleConfig } from './console.config.ts';
