import { bad, doubtful, good, type Finding } from './finding.ts';

/** How a service answered its readiness probe, and what its clock says. Null where it did not answer. */
export type Probe = {
  ready: boolean;
  /** `ok`, or why the log takes no appends. */
  eventLog: string;
  broker: { transport: string; connected: boolean };
  /** How far its clock is ahead of this machine's, milliseconds; a `Date` header has whole seconds. Null where it names no time. */
  clockAheadMs: number | null;
} | null;

/** Longest wait for a probe, milliseconds. */
const PROBE_MS_MAX = 5_000;
/** Apart by more than this, signatures and codes begin to fail: Standard Webhooks and Slack refuse what is five minutes old. Milliseconds. */
const CLOCK_MS_DOUBTFUL = 5_000;
const CLOCK_MS_BAD = 60_000;
/** A `Date` header is cut to seconds. */
const DATE_MS = 1_000;

/** Asks a service whether it can do its work. */
export const probe = async (baseUrl: string, nowMs: () => number = Date.now): Promise<Probe> => {
  try {
    const askedAt = nowMs();
    const reply = await fetch(`${baseUrl}/readyz`, { redirect: 'error', signal: AbortSignal.timeout(PROBE_MS_MAX) });
    const at = (askedAt + nowMs()) / 2;
    const { ready, eventLog, broker } = (await reply.json()) as NonNullable<Probe>;
    if (typeof ready !== 'boolean' || typeof broker?.transport !== 'string') return null;
    const date = Date.parse(reply.headers.get('date') ?? '');
    return { ready, eventLog, broker, clockAheadMs: Number.isNaN(date) ? null : date + DATE_MS / 2 - at };
  } catch {
    return null;
  }
};

/** A service that answers, or does not. */
export const serviceFinding = (name: string, url: string, seen: Probe): Finding =>
  seen === null
    ? bad(
        name,
        `does not answer at ${url}`,
        'Start it (`npm start`), or name where it is: --console, --url. Its log is in the data folder, logs/.',
      )
    : good(name, `answers at ${url}`);

/** The store takes appends: without that nothing is accepted and nothing decided. */
export const storeFinding = (seen: readonly NonNullable<Probe>[]): Finding => {
  const reason = seen.find(({ eventLog }) => eventLog !== 'ok')?.eventLog;
  if (reason === undefined) return good('event store', 'takes appends');
  return bad(
    'event store',
    `takes no appends (${reason}): requests and decisions are refused until it does`,
    STORE_TODO[reason] ?? STORE_TODO['unreachable']!,
  );
};
const STORE_TODO: Readonly<Record<string, string>> = {
  unreachable: 'Start it, and look whether EVENTSTORE_CONNECTION_STRING names it. Everything goes on by itself once it is back.',
  timeout: 'It is too slow to answer. Look at its disk and at what else runs on its machine.',
  disk_full: 'Its disk is nearly full. Make room; appends go on by themselves.',
};

/** Without the broker work is late, not lost. */
export const brokerFinding = (seen: readonly NonNullable<Probe>[]): Finding => {
  const lost = seen.find(({ broker }) => !broker.connected);
  const transport = seen[0]?.broker.transport ?? 'unknown';
  if (lost === undefined)
    return good('broker', transport === 'inProcess' ? 'none is needed: everything runs in one process' : `connected (${transport})`);
  return bad(
    'broker',
    `is not connected (${lost.broker.transport}): alerts, decisions and callbacks wait`,
    'Start nats-server, and look whether NATS_URL names it. Nothing is lost meanwhile.',
  );
};

/** Clocks that differ make fresh signatures look old. */
export const clockFinding = (name: string, { clockAheadMs }: NonNullable<Probe>): Finding => {
  const check = `clock of ${name}`;
  if (clockAheadMs === null)
    return doubtful(check, 'is not known', 'A proxy in between takes the Date header away; compare the clocks by hand.');
  const apart = Math.max(0, Math.abs(clockAheadMs) - DATE_MS / 2);
  const says = `is ${(apart / 1_000).toFixed(1)} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const todo = 'Let both machines keep time (NTP): signatures of callbacks and of Slack are refused when they look five minutes old.';
  if (apart >= CLOCK_MS_BAD) return bad(check, says, todo);
  return apart >= CLOCK_MS_DOUBTFUL ? doubtful(check, says, todo) : good(check, apart < DATE_MS ? "agrees with this machine's" : says);
};
