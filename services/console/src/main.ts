import { runService } from '@holdpoint/service-kit';
import { consoleService } from './service.ts';

await runService(consoleService);
