import { randomUUID } from 'node:crypto';
import { addressRules, openEgress, type Egress } from '@holdpoint/egress';
import { jwksOf, openSigningKey } from '@holdpoint/sealing';
import { keyFiles, readConfig, startNest, type Service, type ServiceParts } from '@holdpoint/service-kit';
import { acceptApproval } from './accept-approval.ts';
import { acceptBatch } from './accept-batch.ts';
import { admitRequests } from './admit.ts';
import { authenticator } from './authenticate.ts';
import { hangBells, type Bells } from './bells.ts';
import { consumeApproval } from './consume-approval.ts';
import { openHookMetrics } from './hooks/metrics.ts';
import { takeHook } from './hooks/take-hook.ts';
import { ingestConfig, type IngestConfig } from './ingest.config.ts';
import { IngestModule, type UseCases } from './ingest.module.ts';
import { listApprovals } from './list-approvals.ts';
import { allowedPlaces } from './mcp/allowed-places.ts';
import { answerOf } from './mcp/answer.ts';
import { mcpEndpoint } from './mcp/endpoint.ts';
import { openGateways } from './mcp/gateway/open-gateways.ts';
import { mcp } from './mcp/mcp.ts';
import { mcpDoor } from './mcp/open-door.ts';
import { MCP_PATH, metadataUrlOf, resourceMetadata } from './mcp/resource-metadata.ts';
import { serverFor } from './mcp/server.ts';
import { noteFirstUse } from './note-first-use.ts';
import { openApiDocument } from './openapi.ts';
import { watchPressure, type Pressure } from './pressure.ts';
import { rateLimiter, type RateLimiter } from './rate-limit.ts';
import { approvalReplyOf, readApproval, readWithVerdict } from './read-approval.ts';
import { reviseApproval } from './revise-approval.ts';
import { settleApproval } from './settle-approval.ts';
import { waitForDecision } from './wait-for-decision.ts';

export type { IngestConfig } from './ingest.config.ts';

/** The agents' API: accepts requests, answers about them, and lets agents withdraw, spend and report. */
export const ingest: Service<IngestConfig> = {
  name: 'ingest',
  readConfig: env => readConfig(ingestConfig, env),
  start: async (config, parts) => {
    const nowMs = () => performance.now();
    const rate = rateLimiter({ perSec: config.INGEST_RATE_PER_SEC, burst: config.INGEST_RATE_BURST }, nowMs);
    const pressure = watchPressure({ writesMax: config.INGEST_WRITES_MAX, lagMsMax: config.INGEST_LOOP_LAG_MS_MAX });
    const bells = hangBells(parts.messaging, config.INGEST_WAITERS_MAX);
    const authenticate = noteFirstUse(authenticator(parts.directory, nowMs), { ...parts, newCommandId: commandIds() });
    const egress = openEgress({
      allowCidrs: config.HOLDPOINT_EGRESS_ALLOW,
      allowHosts: config.HOLDPOINT_EGRESS_ALLOW_HOSTS,
      denyCidrs: config.HOLDPOINT_EGRESS_DENY,
      publicPorts: config.HOLDPOINT_EGRESS_PORTS,
      ...ownPlaces(parts),
    });
    const useCases = useCasesOf(config, parts, { bells, pressure, rate, egress });
    const door = { authenticate, metadataUrlFor: (path: string) => metadataUrlOf(parts.publicUrl, path) };
    const toolParts = { ...useCases, now: parts.now, answerOf };
    const endpoint = mcpEndpoint(parts.publicUrl + MCP_PATH, serverFor, parts.logger);
    const gateways = openGateways({ ...parts, ...door, pressure, egress, useCases: toolParts });
    const allowPlace = allowedPlaces({ ...parts, hosts: config.INGEST_MCP_HOSTS, origins: config.INGEST_MCP_ORIGINS });
    const nest = await startNest({
      name: 'ingest',
      module: IngestModule.of({
        ...useCases,
        mcp: mcp({ ...door, endpoint, pressure, parts: toolParts, logger: parts.logger }),
        mcpGateway: gateways.answer,
      }),
      parts,
      port: config.INGEST_PORT,
      host: config.INGEST_HOST,
      bodyBytesMax: config.INGEST_BODY_BYTES_MAX,
      configureFastify: server => admitRequests(server, { authenticate, rate, pressure, mcp: mcpDoor({ ...door, allowPlace, rate }) }),
    });
    return {
      port: nest.port,
      close: async () => {
        // Long polls answer first; otherwise the server would wait for the longest of them.
        bells.close();
        await nest.close();
        await endpoint.close();
        await gateways.close();
        pressure.close();
        egress.close();
      },
    };
  },
};

/** Our own listeners: no setting makes us call ourselves; on a developer's machine providers' stand-ins live on loopback too. */
const ownPlaces = ({ publicUrl, consoleUrl }: ServiceParts) => {
  const urls = [publicUrl, consoleUrl].map(url => new URL(url));
  return {
    denyHosts: urls.map(({ hostname }) => hostname).filter(hostname => !/^(localhost|127\.|\[)/.test(hostname)),
    denyPorts: urls.map(({ port }) => Number(port)).filter(port => port > 0),
  };
};

type Guards = { bells: Bells; pressure: Pressure; rate: RateLimiter; egress: Egress };

const useCasesOf = (
  config: IngestConfig,
  parts: ServiceParts,
  { bells, pressure, rate, egress }: Guards,
): Omit<UseCases, 'mcp' | 'mcpGateway'> => {
  const { eventLog, messaging, now, publicUrl, consoleUrl, logger } = parts;
  const signer = openSigningKey({ file: keyFiles(parts.dataDir).receipt });
  const newCommandId = commandIds();
  const accept = acceptApproval({
    eventLog,
    now,
    newCommandId,
    publicUrl,
    consoleUrl,
    deadline: { defaultSec: config.HOLDPOINT_DEADLINE_SEC_DEFAULT, minSec: config.HOLDPOINT_DEADLINE_SEC_MIN },
    wayBack: {
      settings: parts.directory,
      addresses: addressRules(config.HOLDPOINT_EGRESS_ALLOW),
      httpAllowed: config.HOLDPOINT_EGRESS_ALLOW.length > 0,
    },
  });
  const acceptCounted: typeof accept = (request, caller, envelope) => pressure.during(() => accept(request, caller, envelope));
  const batch = acceptBatch({ accept: acceptCounted, logger });
  const settle = settleApproval({ eventLog, directory: parts.directory, now, newCommandId, signer });
  const settleCounted: typeof settle = (id, caller, commandOf, traceparent) =>
    pressure.during(() => settle(id, caller, commandOf, traceparent));
  const replacing = { eventLog, accept: acceptCounted, settle: settleCounted, now };
  const read = readWithVerdict(eventLog);
  return {
    acceptApproval: acceptCounted,
    acceptBatch: (requests, caller, envelope) => {
      rate.charge(caller.keyId, requests.length - 1);
      return batch(requests, caller, envelope);
    },
    readApproval: readApproval(read),
    replyOf: state => approvalReplyOf(eventLog, state),
    waitForDecision: waitForDecision({ read, bells }),
    listApprovals: listApprovals(messaging),
    takeHook: takeHook({
      accept: acceptCounted,
      directory: parts.directory,
      fetch: egress.fetchFor({ timeoutMs: HOOK_READ_MS }),
      charge: rate.take,
      now,
      logger,
      count: openHookMetrics(),
    }),
    settleApproval: settleCounted,
    reviseApproval: reviseApproval(replacing),
    consumeApproval: consumeApproval({ ...replacing, directory: parts.directory, deadlineSecMin: config.HOLDPOINT_DEADLINE_SEC_MIN }),
    documents: {
      openApi: JSON.stringify(openApiDocument(publicUrl)),
      jwks: JSON.stringify(jwksOf([signer])),
      mcpResource: JSON.stringify(resourceMetadata(publicUrl)),
      gatewayResource: path => JSON.stringify(resourceMetadata(publicUrl, path)),
    },
  };
};

/** How long a provider may take to say what a session waits for, milliseconds: it waits for our answer to its webhook meanwhile. */
const HOOK_READ_MS = 10_000;

/** Ids no other request ever has: a random one for this process, and a count. */
const commandIds = (): (() => string) => {
  const process = randomUUID();
  let count = 0;
  return () => `ingest:${process}:${++count}`;
};
