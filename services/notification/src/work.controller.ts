import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { WorkBatch } from '@holdpoint/contracts';
import type { Desk } from './take-work.ts';

export const DESK = Symbol('notification desk');

/** Steps and escalations that ask for people, and alerts that came due again. */
@Controller()
export class WorkController {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  @EventPattern<string>('hp.work.notification')
  work(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }

  @EventPattern<string>('hp.timer.notification')
  timer(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }
}
