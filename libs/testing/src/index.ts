export { startAssistantsFake, type AssistantsFake, type AssistantsFakeOptions } from './fakes/assistants/assistants-fake.ts';
export type { AssistantsFault } from './fakes/assistants/faults.ts';
export { refundModel } from './fakes/assistants/refund-model.ts';
export { RUN_LIFETIME_MS, type Model, type ModelContext, type ModelTurn, type ToolOutput } from './fakes/assistants/runs.ts';
export { startCallbackReceiver, type CallbackReceiver, type ReceivedCallback, type ReceiverStep } from './fakes/callback-receiver.ts';
export { mailReply, type MailReplyOptions } from './fakes/mail-reply.ts';
export { startSmtpCatcher, type CaughtMail, type MailFailure, type SmtpCatcher, type SmtpCatcherOptions } from './fakes/smtp-catcher.ts';
export { given, givenAfter } from './given.ts';
export { joinByInvitation, newestLink, type Joined } from './join-by-invitation.ts';
export { loopbackCertificate, loopbackKey } from './loopback-certificate.ts';
export * from './refund-example.ts';
export { startAgentsApiFake, type AgentsApiFake } from './fakes/agents-api/agents-api-fake.ts';
export { startLangGraphServerFake, type LangGraphServerFake } from './fakes/langgraph-server/langgraph-server-fake.ts';
export { startMcpServerFake, type McpServerFake, type McpServerFault } from './fakes/mcp-server/mcp-server-fake.ts';
export { startManagedAgentsFake, type ManagedAgentsFake } from './fakes/managed-agents/managed-agents-fake.ts';
export type { JsonApi, ServerFault } from './fakes/json-api.ts';
export { startFakeProviders, type FakeProviders } from './fakes/providers/fake-providers.ts';
export type { FakeAnswer, HookAnswer, Mishap } from './fakes/providers/provider.ts';
export { TELEGRAM_ERRORS } from './fakes/providers/telegram-methods.ts';
export type { TelegramChatMessage } from './fakes/providers/telegram-state.ts';
export type { TelegramDelivery, TelegramFake } from './fakes/providers/telegram.ts';
export { metaError, metaSignature } from './fakes/providers/meta-state.ts';
export type { MetaDelivery, MetaMessage } from './fakes/providers/meta-state.ts';
export type { MetaFake } from './fakes/providers/meta.ts';
export { twilioError, twilioSignature, type TwilioCall, type TwilioMessage } from './fakes/providers/twilio-state.ts';
export type { TwilioDelivery, TwilioFake } from './fakes/providers/twilio.ts';
export type { PushedMessage, PushFake, PushSubscription } from './fakes/providers/push.ts';
export { SLACK_ERRORS, slackRefusal } from './fakes/providers/slack-methods.ts';
export type { SlackChatMessage } from './fakes/providers/slack-state.ts';
export type { SlackDelivery, SlackFake } from './fakes/providers/slack.ts';
export { TEAMS_BOT, TEAMS_ERRORS, teamsRefusal, type TeamsMessage } from './fakes/providers/teams-connector.ts';
export type { TeamsCall, TeamsFake, TeamsForgery } from './fakes/providers/teams.ts';
export { startLogicAppsFake, type LogicAppsFake } from './fakes/logic-apps/logic-apps-fake.ts';
export { startResponsesFake, type ResponsesFake } from './fakes/responses/responses-fake.ts';
export {
  actionRequiredEvent,
  responseEvent,
  managedSessionEvent,
  webhookSender,
  type Dishonesty,
  type SentWebhook,
  type WebhookAnswer,
  type WebhookSender,
} from './fakes/webhook-sender.ts';
