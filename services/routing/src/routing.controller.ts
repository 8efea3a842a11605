import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { WorkBatch } from '@holdpoint/contracts';
import type { Desk } from './take-work.ts';

export const DESK = Symbol('routing desk');

/** Requests to gate, and waits that are over. */
@Controller()
export class RoutingController {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  @EventPattern<string>('hp.work.routing')
  work(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }

  @EventPattern<string>('hp.timer.routing')
  timer(@Payload() batch: WorkBatch): Promise<void> {
    return this.desk.take(batch);
  }
}
