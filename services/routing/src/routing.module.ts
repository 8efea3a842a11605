import { Module, type DynamicModule } from '@nestjs/common';
import { DESK, RoutingController } from './routing.controller.ts';
import type { Desk } from './take-work.ts';

@Module({})
export class RoutingModule {
  static with(desk: Desk): DynamicModule {
    return { module: RoutingModule, controllers: [RoutingController], providers: [{ provide: DESK, useValue: desk }] };
  }
}
