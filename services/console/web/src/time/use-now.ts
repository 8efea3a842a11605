import { useSyncExternalStore } from 'react';
import { serverNowMs } from './server-clock.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let nowMs = serverNowMs();
let timer: ReturnType<typeof setInterval> | undefined;

const tick = () => {
  nowMs = serverNowMs();
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  if (timer === undefined) {
    tick();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** Now, milliseconds since 1970, once a second. One timer serves every countdown on the page. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs);
