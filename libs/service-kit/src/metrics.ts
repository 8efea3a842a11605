import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One registry per process: in all-in-one mode every service's `/metrics` shows the whole process. */
export const registry = new Registry();

let processMetricsOn = false;
/** Starts the collection of process metrics (CPU, memory, event loop, garbage collection), once per process. */
export const collectProcessMetrics = (): void => {
  if (processMetricsOn) return;
  processMetricsOn = true;
  collectDefaultMetrics({ register: registry });
};

/** The named counter, created on first use. Names end in `_total`. */
export const counter = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
  (registry.getSingleMetric(name) as Counter<L> | undefined) ??
  new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });

/** The named gauge, created on first use. `collect` runs at each scrape; of a service that was started anew in this process the new one is read. */
export const gauge = <L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  collect?: (gauge: Gauge<L>) => void,
): Gauge<L> => {
  if (collect !== undefined) registry.removeSingleMetric(name);
  return (
    (registry.getSingleMetric(name) as Gauge<L> | undefined) ??
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      ...(collect && {
        collect(this: Gauge<L>) {
          collect(this);
        },
      }),
    })
  );
};

/** Upper bounds in seconds: from a fast read (0.5 ms) to a long poll (60 s). */
const SECONDS_BUCKETS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The named histogram of durations in seconds, created on first use. Names end in `_seconds`. */
export const durations = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Histogram<L> =>
  (registry.getSingleMetric(name) as Histogram<L> | undefined) ??
  new Histogram({ name, help, labelNames: [...labelNames], buckets: SECONDS_BUCKETS, registers: [registry] });
