import 'reflect-metadata';
import type { WorkBatch } from '@holdpoint/contracts';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { createInProcessHub } from './in-process-messaging.ts';
import { batchOf, CONTRACT_LIMITS, idsOf, pause, until } from './messaging.contract.ts';
import { MessagingContext, MessagingStrategy } from './messaging-strategy.ts';

const SEEN = Symbol('seen');

@Controller()
class RoutingController {
  private readonly seen: string[];
  constructor(@Inject(SEEN) seen: string[]) {
    this.seen = seen;
  }

  @EventPattern<string>('hp.work.routing')
  async work(@Payload() batch: WorkBatch, @Ctx() context: MessagingContext): Promise<void> {
    await pause(5);
    this.seen.push(`${context.subject()} ${idsOf(batch).join()} ${context.redelivered() ? 'again' : 'first'}`);
    if (idsOf(batch).includes('fails') && !context.redelivered()) throw new Error('the first delivery fails');
  }

  @EventPattern<string>('hp.timer.routing')
  timer(@Payload() batch: WorkBatch): void {
    this.seen.push(`timer ${idsOf(batch).join()}`);
  }

  @MessagePattern<string>('hp.cmd.decision.*', { queue: 'decision' })
  async command(@Payload() body: { note: string }, @Ctx() context: MessagingContext): Promise<unknown> {
    if (body.note === 'fail') throw new Error('a bug');
    return { verb: context.subject().split('.').at(-1), note: body.note };
  }
}

@Controller()
class WrongController {
  @EventPattern<string>('hp.something')
  never(): void {}
}

const start = async (controller: new (...args: never[]) => unknown) => {
  const seen: string[] = [];
  const hub = createInProcessHub({ limits: CONTRACT_LIMITS });
  @Module({ controllers: [controller], providers: [{ provide: SEEN, useValue: seen }] })
  class App {}
  const app = await NestFactory.createMicroservice(App, { strategy: new MessagingStrategy(hub.connect()), logger: false });
  return { app, seen, outside: hub.connect() };
};

describe('a Nest app on the messaging strategy', () => {
  it('takes work and timers, and gets a batch again when its handler threw', async () => {
    const { app, seen, outside } = await start(RoutingController);
    await app.listen();
    await outside.publishWork('routing', 'work', batchOf('fails'));
    await outside.publishWork('routing', 'timer', batchOf('due'));
    await until(() => seen.length === 3);
    expect(seen).toEqual(['timer due', 'hp.work.routing fails first', 'hp.work.routing fails again']);
    await app.close();
  });

  it('answers requests, and says only that it failed when a handler threw', async () => {
    const { app, outside } = await start(RoutingController);
    await app.listen();
    expect(await outside.request('hp.cmd.decision.approve', { note: 'ok' }, { timeoutMs: 1_000 })).toEqual({ verb: 'approve', note: 'ok' });
    await expect(outside.request('hp.cmd.decision.approve', { note: 'fail' }, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'responder_failed',
    });
    await app.close();
    await expect(outside.request('hp.cmd.decision.approve', { note: 'ok' }, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'no_responder',
    });
  });

  it('finishes what it is handling before it is closed', async () => {
    const { app, seen, outside } = await start(RoutingController);
    await app.listen();
    await outside.publishWork('routing', 'work', batchOf('last'));
    await new Promise(resolve => setImmediate(resolve));
    await app.close();
    expect(seen).toEqual(['hp.work.routing last first']);
  });

  it('refuses to start with an event pattern that is no work subject', async () => {
    const { app } = await start(WrongController);
    await expect(app.listen()).rejects.toThrow('hp.something');
  });
});
