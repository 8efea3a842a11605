import { runService } from '@holdpoint/service-kit';
import { ingest } from './index.ts';

await runService(ingest);
