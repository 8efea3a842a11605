import diagnostics from 'node:diagnostics_channel';
import type { Http2Stream } from 'node:http2';

/**
 * Receive window of a connection and of each stream, bytes. HTTP/2 begins with 64 KiB (RFC 9113 §6.9.2), which the feeds of a process share:
 * a replay then waits for a round trip every few hundred events, and came in half as fast again with this one.
 */
const WINDOW_BYTES = 1_048_576;

const CHANNEL = 'http2.client.stream.created';

/**
 * Widens the window of every HTTP/2 connection this process opens, with its first stream: the client (6.2.1) passes no such option on to
 * grpc-js, and makes its channels itself.
 * @returns a function that ends it
 */
export const widenWindows = (): (() => void) => {
  const widened = new WeakSet<object>();
  const widen = (message: unknown): void => {
    const { session } = (message as { stream: Http2Stream }).stream;
    if (session === undefined || widened.has(session)) return;
    widened.add(session);
    session.setLocalWindowSize(WINDOW_BYTES);
    session.settings({ initialWindowSize: WINDOW_BYTES });
  };
  diagnostics.subscribe(CHANNEL, widen);
  return () => void diagnostics.unsubscribe(CHANNEL, widen);
};
