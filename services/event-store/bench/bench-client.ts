import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, START, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { bodyOf } from './fill-log.ts';

/**
 * The measuring client: a process of its own, so that its CPU is not counted as the store's. It takes jobs over the process
 * channel and answers each with one measurement.
 */

export type Job =
  | { kind: 'connect'; port: number }
  | { kind: 'append'; concurrency: number; seconds: number }
  | { kind: 'readAll'; events: number }
  | { kind: 'readStreams'; concurrency: number; seconds: number; eventsEach: number }
  | { kind: 'delay'; samples: number }
  | { kind: 'settings' };

export type Measurement = { count: number; seconds: number; p50Ms: number; p99Ms: number; cpuMicros: number };

let client: EventStoreDBClient;

const round = (value: number): number => Math.round(value * 1000) / 1000;

const summarize = (latencies: number[], startedMs: number, cpu: NodeJS.CpuUsage, count = latencies.length): Measurement => {
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0);
  const used = process.cpuUsage(cpu);
  return {
    count,
    seconds: round((performance.now() - startedMs) / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMicros: round((used.user + used.system) / Math.max(1, count)),
  };
};

/** Runs `work` from several callers at once for some seconds, and times each. */
const hammer = async (concurrency: number, seconds: number, work: (index: number) => Promise<void>): Promise<Measurement> => {
  const latencies: number[] = [];
  const started = performance.now();
  const cpu = process.cpuUsage();
  let index = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      const before = performance.now();
      await work(index++);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return summarize(latencies, started, cpu);
};

const metadata = { $correlationId: 'run_bench', tenant: 'org_bench', schemaVersion: 1 };

const append = async (stream: string, index: number): Promise<void> => {
  await client.appendToStream(stream, jsonEvent({ type: 'ApprovalRequested', data: bodyOf(index), metadata }), {
    expectedRevision: 'no_stream',
  });
};

const readAll = async (events: number): Promise<Measurement> => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  for await (const _ of client.readAll({ maxCount: events })) count++;
  return summarize([performance.now() - started], started, cpu, count);
};

const readStreams = async (concurrency: number, seconds: number, eventsEach: number): Promise<Measurement> => {
  const streams = Array.from({ length: 200 }, () => `approval-${randomUUID()}`);
  for (const [index, stream] of streams.entries()) {
    const events = Array.from({ length: eventsEach }, () => jsonEvent({ type: 'ApprovalRequested', data: bodyOf(index), metadata }));
    await client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
  }
  return hammer(concurrency, seconds, async index => {
    let count = 0;
    for await (const _ of client.readStream(streams[index % streams.length] as string)) count++;
    if (count !== eventsEach) throw new Error(`A stream gave ${count} events instead of ${eventsEach}.`);
  });
};

/** Time from the call of append to the arrival of its event on a filtered subscription. */
const delay = async (samples: number): Promise<Measurement> => {
  const subscription = client.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: ['approval-'] }) });
  const arrivals = new Map<string, (at: number) => void>();
  subscription.on('data', ({ event }) => arrivals.get(event?.streamId ?? '')?.(performance.now()));
  await new Promise(resolve => subscription.once('caughtUp', () => resolve(undefined)));
  const latencies: number[] = [];
  const started = performance.now();
  const cpu = process.cpuUsage();
  for (let index = 0; index < samples; index++) {
    const stream = `approval-${randomUUID()}`;
    const arrived = new Promise<number>(resolve => arrivals.set(stream, resolve));
    const before = performance.now();
    await append(stream, index);
    latencies.push((await arrived) - before);
    arrivals.delete(stream);
  }
  const measured = summarize(latencies, started, cpu);
  await subscription.unsubscribe();
  return measured;
};

/** What every service does when it starts: catch up on the few settings in a long log. */
const settings = async (): Promise<Measurement> => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const filter = streamNameFilter({ prefixes: ['organization-', 'operator-', 'agent-', 'gatePolicy-'] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  let count = 0;
  subscription.on('data', () => count++);
  await new Promise(resolve => subscription.once('caughtUp', () => resolve(undefined)));
  const measured = summarize([performance.now() - started], started, cpu, count);
  await subscription.unsubscribe();
  return measured;
};

const run = async (job: Job): Promise<Measurement | undefined> => {
  if (job.kind === 'append') return hammer(job.concurrency, job.seconds, index => append(`approval-${randomUUID()}`, index));
  if (job.kind === 'readAll') return readAll(job.events);
  if (job.kind === 'readStreams') return readStreams(job.concurrency, job.seconds, job.eventsEach);
  if (job.kind === 'delay') return delay(job.samples);
  if (job.kind === 'settings') return settings();
  await client?.dispose();
  client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${job.port}?tls=false`);
  return undefined;
};

process.on('message', (job: Job) => {
  run(job).then(
    measurement => process.send?.({ measurement }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
