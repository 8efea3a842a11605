import { WORKERS, type Worker, workSubject, timerSubject } from '@holdpoint/contracts';
import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Messaging, WorkKind } from './messaging.ts';

/** What `@Ctx()` gives a handler: the subject, and for work whether the batch was delivered before. */
export class MessagingContext extends BaseRpcContext<[subject: string, redelivered: boolean]> {
  subject(): string {
    return this.args[0];
  }
  redelivered(): boolean {
    return this.args[1];
  }
}

type Closable = { close(): Promise<void> };

/**
 * Nest's handlers over {@link Messaging}. Nest's own NATS transport knows no JetStream, hence this one:
 * `@EventPattern<string>('hp.work.<role>')` and `('hp.timer.<role>')` take the role's batches, and one that throws gets its batch again;
 * `@MessagePattern<string>('hp.cmd.decision.*', { queue: 'decision' })` answers requests. Without `queue` the queue group is the
 * service of a command (`decision` in `hp.cmd.decision.*`) and the whole subject otherwise. Any other event pattern is refused at start.
 */
export class MessagingStrategy extends Server implements CustomTransportStrategy {
  private readonly messaging: Messaging;
  private open: Closable[] = [];

  constructor(messaging: Messaging) {
    super();
    this.messaging = messaging;
    this.setTransportId(Symbol('holdpoint-messaging'));
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      for (const [pattern, handler] of this.messageHandlers) if (!handler.isEventHandler) this.answer(pattern, handler);
      for (const worker of WORKERS) this.take(worker);
      this.refuseOtherEvents();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Stops taking and answering, and waits for what is running. The messaging itself stays open: it is not ours. */
  async close(): Promise<void> {
    const closing = this.open;
    this.open = [];
    await Promise.all(closing.map(part => part.close()));
  }

  on(): void {
    throw new Error('use messaging.onReset() and messaging.status()');
  }

  unwrap<T>(): T {
    return this.messaging as T;
  }

  private take(worker: Worker): void {
    const handlers: Partial<Record<WorkKind, MessageHandler>> = {};
    const work = this.messageHandlers.get(workSubject(worker));
    const timer = this.messageHandlers.get(timerSubject(worker));
    if (work !== undefined) handlers.work = work;
    if (timer !== undefined) handlers.timer = timer;
    if (work === undefined && timer === undefined) return;
    this.open.push(
      this.messaging.consumeWork(worker, async (batch, { redelivered, kind }) => {
        const subject = kind === 'work' ? workSubject(worker) : timerSubject(worker);
        const handler = handlers[kind];
        if (handler === undefined) throw new Error(`no handler for ${subject}`);
        await this.run(handler, batch, subject, redelivered);
      }),
    );
  }

  private answer(pattern: string, handler: MessageHandler): void {
    const queue = typeof handler.extras?.['queue'] === 'string' ? handler.extras['queue'] : queueOf(pattern);
    this.open.push(this.messaging.respond(pattern, queue, (body, subject) => this.run(handler, body, subject, false)));
  }

  private async run(handler: MessageHandler, data: unknown, subject: string, redelivered: boolean): Promise<unknown> {
    const result: unknown = await handler(data, new MessagingContext([subject, redelivered]));
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }

  private refuseOtherEvents(): void {
    const known = new Set(WORKERS.flatMap(worker => [workSubject(worker), timerSubject(worker)]));
    for (const [pattern, handler] of this.messageHandlers) {
      if (handler.isEventHandler && !known.has(pattern))
        throw new Error(`@EventPattern('${pattern}') is no work subject: use ${[...known].join(', ')}`);
    }
  }
}

const queueOf = (pattern: string): string => {
  const [, kind, service] = pattern.split('.');
  return kind === 'cmd' && service !== undefined ? service : pattern.replaceAll('*', '_');
};
