import type { Server } from 'node:http';

/** How often connections that fell idle are closed while the server stops, milliseconds. */
const SWEEP_MS = 25;
/** After this long without a request every connection is closed, milliseconds: time for a request that is on its way to arrive. */
const QUIET_MS = 250;

/** Counts the requests that are being served. @returns a function that tells how many there are now */
export const countInFlight = (server: Server): (() => number) => {
  let count = 0;
  const ended = () => void count--;
  server.on('request', (_request, response) => {
    count += 1;
    response.once('close', ended);
  });
  return () => count;
};

/**
 * Stops an application and its server: requests that run are finished, then the connections go. Node alone would keep those that
 * answer their last request after the stop began (for the keep-alive time), and those that never sent one (for ever).
 */
export const closeGently = async (app: { close(): Promise<void> }, server: Server, inFlight: () => number): Promise<void> => {
  let busyAt = performance.now();
  const sweep = setInterval(() => {
    if (inFlight() > 0) busyAt = performance.now();
    if (performance.now() - busyAt > QUIET_MS) server.closeAllConnections();
    else server.closeIdleConnections();
  }, SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
};
