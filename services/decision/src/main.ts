import { runService } from '@holdpoint/service-kit';
import { decision } from './decision.ts';

await runService(decision);
