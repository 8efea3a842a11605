import { Module, type DynamicModule } from '@nestjs/common';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

@Module({})
export class NotificationModule {
  static with(desk: Desk): DynamicModule {
    return { module: NotificationModule, controllers: [WorkController], providers: [{ provide: DESK, useValue: desk }] };
  }
}
