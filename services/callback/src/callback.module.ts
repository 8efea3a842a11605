import { Module, type DynamicModule } from '@nestjs/common';
import type { Egress } from '@holdpoint/egress';
import { CheckConnectionController, EGRESS } from './check-connection.controller.ts';
import type { Desk } from './take-work.ts';
import { DESK, WorkController } from './work.controller.ts';

@Module({})
export class CallbackModule {
  static with(desk: Desk, egress: Egress): DynamicModule {
    return {
      module: CallbackModule,
      controllers: [WorkController, CheckConnectionController],
      providers: [
        { provide: DESK, useValue: desk },
        { provide: EGRESS, useValue: egress },
      ],
    };
  }
}
