export { startAssistantsFake, type AssistantsFake, type AssistantsFakeOptions } from './fakes/assistants/assistants-fake.ts';
export type { AssistantsFault } from './fakes/assistants/faults.ts';
export { refundModel } from './fakes/assistants/refund-model.ts';
export { RUN_LIFETIME_MS, type Model, type ModelContext, type ModelTurn, type ToolOutput } from './fakes/assistants/runs.ts';
export { startCallbackReceiver, type CallbackReceiver, type ReceivedCallback, type ReceiverStep } from './fakes/callback-receiver.ts';
export { startSmtpCatcher, type CaughtMail, type MailFailure, type SmtpCatcher, type SmtpCatcherOptions } from './fakes/smtp-catcher.ts';
export { given, givenAfter } from './given.ts';
export { loopbackCertificate, loopbackKey } from './loopback-certificate.ts';
export * from './refund-example.ts';
