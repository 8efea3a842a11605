import { Module, type DynamicModule } from '@nestjs/common';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

@Module({})
export class CallbackModule {
  static with(desk: Desk): DynamicModule {
    return { module: CallbackModule, controllers: [WorkController], providers: [{ provide: DESK, useValue: desk }] };
  }
}
