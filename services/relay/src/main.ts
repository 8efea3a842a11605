import { runService } from '@holdpoint/service-kit';
import { relay } from './index.ts';

await runService(relay);
