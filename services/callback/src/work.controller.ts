import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { WorkBatch } from '@holdpoint/contracts';
import type { Desk } from './take-work.ts';

export const DESK = Symbol('callback desk');

/** Decisions to bring back, and attempts that came due. */
@Controller()
export class WorkController {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  @EventPattern<string>('hp.work.callback')
  work(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }

  @EventPattern<string>('hp.timer.callback')
  timer(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }
}
