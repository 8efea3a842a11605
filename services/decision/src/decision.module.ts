import { Module, type DynamicModule } from '@nestjs/common';
import type { DecideOnApproval } from './decide-on-approval.ts';
import { DECIDE, DecisionController } from './decision.controller.ts';
import type { EraseDue } from './erase-due.ts';
import { ERASE_DUE, RetentionController } from './retention.controller.ts';

@Module({})
export class DecisionModule {
  static with(decide: DecideOnApproval, eraseDue: EraseDue): DynamicModule {
    return {
      module: DecisionModule,
      controllers: [DecisionController, RetentionController],
      providers: [
        { provide: DECIDE, useValue: decide },
        { provide: ERASE_DUE, useValue: eraseDue },
      ],
    };
  }
}
