export { consoleService } from './service.ts';
export type { Credentials } from './bootstrap/credentials-file.ts';
export type { ConsoleConfig } from './console.config.ts';
export { openReadModels, type ReadModels } from './read-model/open-read-model.ts';
export { rebuildReadModel, type RebuildProgress } from './read-model/rebuild-read-model.ts';
export { runProjections } from './read-model/run-projections.ts';
