export * from './errors.ts';
export * from './messaging.ts';
export { connectMessaging } from './connect-messaging.ts';
export { MessagingStrategy } from './messaging-strategy.ts';
export { MessagingContext } from './messaging-strategy.ts';
export { hasNatsServer, type NatsServer, startNatsServer } from './nats-server.ts';
