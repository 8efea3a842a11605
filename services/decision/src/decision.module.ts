import { Module, type DynamicModule } from '@nestjs/common';
import type { DecideOnApproval } from './decide-on-approval.ts';
import { DECIDE, DecisionController } from './decision.controller.ts';

@Module({})
export class DecisionModule {
  static with(decide: DecideOnApproval): DynamicModule {
    return { module: DecisionModule, controllers: [DecisionController], providers: [{ provide: DECIDE, useValue: decide }] };
  }
}
