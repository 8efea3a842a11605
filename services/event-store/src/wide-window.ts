import diagnostics from 'node:diagnostics_channel';
import type { Http2Stream } from 'node:http2';

/**
 * Receive window of a connection and of each stream, bytes. HTTP/2 begins with 64 KiB (RFC 9113 §6.9.2): sixty-four appends at once then
 * arrive in pieces with a round trip between them, which made twice the commits and a quarter more CPU per append.
 */
const WINDOW_BYTES = 1_048_576;

const CHANNEL = 'http2.server.stream.created';

/**
 * Widens the window of every HTTP/2 connection this process serves, with its first stream. grpc-js 1.14 has the setting
 * (`grpc-node.flow_control_window`) for its clients only. The clients' end of it stands in libs/event-log: the store loads nothing of the workspace,
 * least of all the client.
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
