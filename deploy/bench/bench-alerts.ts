import { measureRendering } from '../../services/notification/bench/render.bench.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { round, table } from './figures.ts';
import { measureAlerts } from './measure-alerts.ts';

/** `npm run bench -- alerts [--json]`. Exits with 1 when somebody was not told of a request in the storm; delays are told, not judged. */
export const benchAlerts = async (json: boolean, say: (line: string) => void): Promise<void> => {
  const found = findOrInstall('nats-server', 'nats-server', say);
  const rendering = measureRendering();
  say(`CPU to plan and render one alert, µs: ${JSON.stringify(rendering)}`);
  const figures = { rendering, ...(await measureAlerts('path' in found ? found.path : null, say)) };
  const { quiet, alerting, storm } = figures;
  if (json) process.stdout.write(`${JSON.stringify({ alerts: figures })}\n`);
  say(
    table(
      Object.entries({ 'inbox only': quiet, 'a chat for each of 25': alerting }).map(
        ([what, { accept, alertsPerSec, cpuMsPerRequest }]) => ({
          what,
          'accepts/s': accept.perSecond,
          'alerts/s': alertsPerSec,
          'accept p50 ms': accept.p50,
          'p99 ms': accept.p99,
          failed: accept.failed,
          'CPU ms/request': cpuMsPerRequest,
        }),
      ),
    ),
  );
  const perAlert = (alerting.cpuMsPerRequest - quiet.cpuMsPerRequest) / Math.max(1, alerting.alertsPerSec / alerting.accept.perSecond);
  say(`CPU for each alert, provider's call included: ${round(perAlert, 2)} ms`);
  say(
    `Storm: ${storm.requests} requests for ${storm.people} people, accept p99 ${storm.accept.p99} ms; each got ${storm.singleEach} alerts and ${storm.digestsEach} digests; untold ${storm.untold}; settled ${storm.settledSec} s after the last request`,
  );
  if (storm.untold > 0) process.exit(1);
};
