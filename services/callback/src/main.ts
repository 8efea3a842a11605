import { runService } from '@holdpoint/service-kit';
import { callback } from './callback.ts';

await runService(callback);
