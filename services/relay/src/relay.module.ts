import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import type { Relay } from './start-relay.ts';

const RELAY = Symbol('relay');

/** Ties the relay's life to the application's. It serves health and metrics; it takes no requests. */
@Module({})
export class RelayModule implements OnModuleDestroy {
  private readonly relay: Relay;
  constructor(@Inject(RELAY) relay: Relay) {
    this.relay = relay;
  }

  static of(relay: Relay): DynamicModule {
    return { module: RelayModule, providers: [{ provide: RELAY, useValue: relay }] };
  }

  onModuleDestroy(): Promise<void> {
    return this.relay.close();
  }
}
