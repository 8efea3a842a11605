import { runService } from '@holdpoint/service-kit';
import { notification } from './notification.ts';

await runService(notification);
