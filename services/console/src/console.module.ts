import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger, ServiceParts } from '@holdpoint/service-kit';
import type { AccountDeps } from './accounts/account-deps.ts';
import { ACCOUNTS_CONTROLLERS } from './accounts/accounts.controllers.ts';
import { ExportsController } from './exports/exports.controller.ts';
import type { LiveClients } from './live/live-clients.ts';
import { LiveController } from './live/live.controller.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import type { ReadModels } from './read-model/open-read-model.ts';
import { RetentionController } from './retention/retention.controller.ts';
import { ApprovalsQueryController } from './review/approvals-query.controller.ts';
import { DecideController } from './review/decide.controller.ts';
import { ReviewController } from './review/review.controller.ts';
import { ViewController } from './review/view.controller.ts';
import { SafetyController } from './review/safety.controller.ts';
import { AddressesController } from './settings/addresses.controller.ts';
import { AfterReviewController } from './settings/after-review.controller.ts';
import { AgentsController } from './settings/agents.controller.ts';
import { FirstStepsController } from './settings/first-steps.controller.ts';
import { AvailabilityController } from './settings/availability.controller.ts';
import { CallbacksController } from './settings/callbacks.controller.ts';
import { ConnectionsController } from './settings/connections.controller.ts';
import { ChannelsController } from './settings/channels.controller.ts';
import { EscalationsController } from './settings/escalations.controller.ts';
import { GrantsController } from './settings/grants.controller.ts';
import { InboxViewsController } from './settings/inbox-views.controller.ts';
import { LookAheadController } from './settings/look-ahead.controller.ts';
import { McpGatewaysController } from './settings/mcp-gateways.controller.ts';
import { LogosController } from './settings/logos.controller.ts';
import { OrganizationController } from './settings/organization.controller.ts';
import { PushController } from './settings/push.controller.ts';
import { PoliciesController } from './settings/policies.controller.ts';
import { SchedulesController } from './settings/schedules.controller.ts';
import { SettingsController } from './settings/settings.controller.ts';
import { TeamsController } from './settings/teams.controller.ts';
import {
  ACCOUNT_DEPS,
  ACCOUNTS,
  CONSOLE_ORIGIN,
  DIRECTORY,
  EVENT_LOG,
  LIVE_CLIENTS,
  LOGGER,
  MESSAGING,
  NOW,
  PUBLIC_URL,
  READ_MODELS,
} from './tokens.ts';

export type ConsoleProviders = Pick<ServiceParts, 'eventLog' | 'messaging' | 'directory' | 'now' | 'publicUrl'> & {
  accountDeps: AccountDeps;
  logger: Logger;
  liveClients: LiveClients;
  models: ReadModels;
  consoleOrigin: string;
};

const SETTINGS = [
  LookAheadController,
  SettingsController,
  CallbacksController,
  ConnectionsController,
  TeamsController,
  AvailabilityController,
  InboxViewsController,
  SchedulesController,
  EscalationsController,
  OrganizationController,
  LogosController,
  GrantsController,
  PoliciesController,
  AfterReviewController,
  ChannelsController,
  AddressesController,
  PushController,
  AgentsController,
  FirstStepsController,
  McpGatewaysController,
];

@Module({})
export class ConsoleModule {
  /** The only wiring: what controllers get by token. */
  static with({
    accountDeps,
    consoleOrigin,
    directory,
    eventLog,
    liveClients,
    logger,
    messaging,
    models,
    now,
    publicUrl,
  }: ConsoleProviders): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [
        ReviewController,
        SafetyController,
        DecideController,
        LiveController,
        ApprovalsQueryController,
        ExportsController,
        MetricsController,
        ViewController,
        RetentionController,
        ...ACCOUNTS_CONTROLLERS,
        ...SETTINGS,
      ],
      providers: [
        { provide: ACCOUNT_DEPS, useValue: accountDeps },
        { provide: ACCOUNTS, useValue: accountDeps.accounts },
        { provide: CONSOLE_ORIGIN, useValue: consoleOrigin },
        { provide: DIRECTORY, useValue: directory },
        { provide: EVENT_LOG, useValue: eventLog },
        { provide: LIVE_CLIENTS, useValue: liveClients },
        { provide: LOGGER, useValue: logger },
        { provide: MESSAGING, useValue: messaging },
        { provide: NOW, useValue: now },
        { provide: PUBLIC_URL, useValue: publicUrl },
        { provide: READ_MODELS, useValue: models },
      ],
    };
  }
}
