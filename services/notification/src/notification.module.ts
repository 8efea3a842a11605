import { Module, type DynamicModule } from '@nestjs/common';
import { ACCOUNT_MAIL, AccountMailController, type SendAccountMail } from './account-mail.controller.ts';
import { CHANNEL_COMMANDS, ChannelCommandsController, type ChannelCommands } from './channel-commands.controller.ts';
import { HOOKS, HooksController } from './replies/hooks.controller.ts';
import { PAGES, PagesController, type Pages } from './replies/pages.controller.ts';
import type { Hooks } from './replies/take-inbound.ts';
import { VERIFY_ADDRESS, VerifyAddressController, type VerifyAddress } from './replies/verify-address.controller.ts';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

type Parts = {
  desk: Desk;
  accountMail: SendAccountMail;
  commands: ChannelCommands;
  hooks: Hooks;
  pages: Pages;
  verifyAddress: VerifyAddress;
};

@Module({})
export class NotificationModule {
  static with({ desk, accountMail, commands, hooks, pages, verifyAddress }: Parts): DynamicModule {
    return {
      module: NotificationModule,
      controllers: [
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
        { provide: VERIFY_ADDRESS, useValue: verifyAddress },
      ],
    };
  }
}
