import { Module, type DynamicModule } from '@nestjs/common';
import { ACCOUNT_MAIL, AccountMailController, type SendAccountMail } from './account-mail.controller.ts';
import { CHANNEL_COMMANDS, ChannelCommandsController, type ChannelCommands } from './channel-commands.controller.ts';
import { HOOKS, HooksController } from './replies/hooks.controller.ts';
import { PAGES, PagesController, type Pages } from './replies/pages.controller.ts';
import type { Hooks } from './replies/take-inbound.ts';
import { SESSION_ANSWERS, SessionController } from './replies/session.controller.ts';
import type { SessionAnswers } from './replies/session-answers.ts';
import { VERIFY_ADDRESS, VerifyAddressController, type VerifyAddress } from './replies/verify-address.controller.ts';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

type Parts = {
  desk: Desk;
  accountMail: SendAccountMail;
  commands: ChannelCommands;
  hooks: Hooks;
  pages: Pages;
  sessionAnswers: SessionAnswers;
  verifyAddress: VerifyAddress;
};

@Module({})
export class NotificationModule {
  static with({ desk, accountMail, commands, hooks, pages, sessionAnswers, verifyAddress }: Parts): DynamicModule {
    return {
      module: NotificationModule,
      controllers: [
        SessionController,
        WorkController,
        AccountMailController,
        ChannelCommandsController,
        HooksController,
        PagesController,
        VerifyAddressController,
      ],
      providers: [
        { provide: DESK, useValue: desk },
        { provide: ACCOUNT_MAIL, useValue: accountMail },
        { provide: CHANNEL_COMMANDS, useValue: commands },
        { provide: HOOKS, useValue: hooks },
        { provide: PAGES, useValue: pages },
        { provide: SESSION_ANSWERS, useValue: sessionAnswers },
        { provide: VERIFY_ADDRESS, useValue: verifyAddress },
      ],
    };
  }
}
