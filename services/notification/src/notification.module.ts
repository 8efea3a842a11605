import { Module, type DynamicModule } from '@nestjs/common';
import { CHANNEL_COMMANDS, ChannelCommandsController, type ChannelCommands } from './channel-commands.controller.ts';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

type Parts = { desk: Desk; commands: ChannelCommands };

@Module({})
export class NotificationModule {
  static with({ desk, commands }: Parts): DynamicModule {
    return {
      module: NotificationModule,
      controllers: [WorkController, ChannelCommandsController],
      providers: [
        { provide: DESK, useValue: desk },
        { provide: CHANNEL_COMMANDS, useValue: commands },
      ],
    };
  }
}
