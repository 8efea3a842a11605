import type { LiveEvent } from '@holdpoint/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { startPace } from './pace.ts';
import { keys } from './query-keys.ts';

/** `live`: changes arrive by themselves. `broken`: the page asks every few seconds and keeps trying to reconnect. */
export type LiveState = 'connecting' | 'live' | 'broken';

/** First and longest wait before connecting again, milliseconds. */
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 30_000;
/** The server says something at least every 15 s; after so long without a word the connection is dead though nobody closed it, milliseconds. */
const SILENT_MS_MAX = 40_000;

let current: { state: LiveState } = { state: 'connecting' };
const listeners = new Set<() => void>();
const setState = (state: LiveState) => {
  if (state === current.state) return;
  current = { state };
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether the page is connected to the live stream. */
export const useLive = (): { state: LiveState } => useSyncExternalStore(subscribe, () => current);

/** Collects changes for a moment, then refreshes the inbox once and each changed request that is on the page. */
const refresher = (client: QueryClient) => {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pace = startPace();
  const flush = () => {
    timer = undefined;
    pace.refreshed(performance.now());
    for (const id of changed) void client.invalidateQueries({ queryKey: keys.approval(id) });
    changed.clear();
    void client.invalidateQueries({ queryKey: keys.inbox });
  };
  return (id: string) => {
    changed.add(id);
    timer ??= setTimeout(flush, pace.wait(performance.now()));
  };
};

const changeOf = (data: string): LiveEvent | null => {
  try {
    return JSON.parse(data) as LiveEvent;
  } catch {
    return null;
  }
};

/**
 * Follows `GET /api/live` until closed. The browser reconnects by itself and sends `Last-Event-ID`; when it gives up (the server
 * answered with an error) a new stream is opened with growing waits, and everything is read again because changes may be missing. A network that is
 * gone does not end a stream, so the browser's own word for it, and a silence, count as broken.
 */
export const followLive = (client: QueryClient): (() => void) => {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_FIRST_MS;
  let wasBroken = false;
  const changed = refresher(client);

  const onOpen = () => {
    if (wasBroken) void client.invalidateQueries();
    wasBroken = false;
    waitMs = RETRY_FIRST_MS;
    setState('live');
  };
  const onError = () => {
    wasBroken = true;
    setState('broken');
    if (source?.readyState !== EventSource.CLOSED) return;
    retry = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, RETRY_LONGEST_MS);
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(again, SILENT_MS_MAX);
  };
  const again = () => {
    onError();
    connect();
  };
  const onOffline = () => {
    close();
    onError();
  };
  const close = () => {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
  };
  const connect = () => {
    close();
    source = new EventSource('/api/live');
    source.addEventListener('open', onOpen);
    source.addEventListener('error', onError);
    for (const word of ['open', 'beat', 'change', 'settings', 'reset']) source.addEventListener(word, heard);
    source.addEventListener('change', event => {
      const change = changeOf(event.data as string);
      if (change) changed(change.approvalId);
    });
    source.addEventListener('settings', () => {
      void client.invalidateQueries({ queryKey: keys.safety });
      void client.invalidateQueries({ queryKey: keys.setting });
    });
    // Changes were missed, so all that is on the page may be old.
    source.addEventListener('reset', () => void client.invalidateQueries());
  };

  connect();
  window.addEventListener('offline', onOffline);
  window.addEventListener('online', connect);
  return () => {
    window.removeEventListener('offline', onOffline);
    window.removeEventListener('online', connect);
    close();
    setState('connecting');
  };
};
