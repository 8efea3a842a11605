export { notification } from './notification.ts';
export type { NotificationConfig } from './notification.config.ts';
