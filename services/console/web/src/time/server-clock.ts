/** The Date header has whole seconds; a smaller difference is noise, milliseconds. */
const SKEW_MS_MIN = 2_000;

let skewMs = 0;

/** Learns from an answer's Date header how far this machine's clock is off: deadlines are the server's. */
export const noteServerTime = (date: string | null, sentMs: number, receivedMs: number): void => {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  // The header is cut to the second, so the true instant lies half a second later on average.
  const difference = serverMs + 500 - (sentMs + receivedMs) / 2;
  skewMs = Math.abs(difference) < SKEW_MS_MIN ? 0 : difference;
};

/** Now by the server's clock, milliseconds since 1970. */
export const serverNowMs = (): number => Date.now() + skewMs;
