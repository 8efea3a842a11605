import { runService } from '@holdpoint/service-kit';
import { routing } from './routing.ts';

await runService(routing);
