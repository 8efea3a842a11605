import type { Directory } from '@holdpoint/directory';
import type { Egress } from '@holdpoint/egress';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { ConsumeApproval } from '../../consume-approval.ts';
import type { Pressure } from '../../pressure.ts';
import { mcpEndpoint } from '../endpoint.ts';
import type { DoorParts } from '../open-door.ts';
import { GATEWAY_PATH } from '../resource-metadata.ts';
import type { ToolParts } from '../tool.ts';
import { gatewayServer } from './gateway-server.ts';
import { mcpGateway, type McpGatewayCall } from './gateway.ts';
import { openRuns } from './run-approved.ts';
import { openUpstream } from './upstream.ts';

export type GatewaysDeps = Pick<DoorParts, 'authenticate' | 'metadataUrlFor'> & {
  directory: Directory;
  eventLog: EventLog;
  logger: Logger;
  publicUrl: string;
  egress: Egress;
  pressure: Pressure;
  useCases: ToolParts & { consumeApproval: ConsumeApproval };
};

export type Gateways = {
  answer: McpGatewayCall;
  /** Resolves when every call that has begun is over and on record: a process that stops leaves none of which nobody knows. */
  close(): Promise<void>;
};

/** All MCP servers behind the gate: which there are is asked of the settings with every request. */
export const openGateways = ({ useCases, egress, ...deps }: GatewaysDeps): Gateways => {
  const runs = openRuns({ ...deps, ...useCases });
  const endpoint = mcpEndpoint(deps.publicUrl + GATEWAY_PATH, gatewayServer, deps.logger);
  const parts = { ...useCases, eventLog: deps.eventLog, upstream: openUpstream(egress), runs };
  return {
    answer: mcpGateway({ ...deps, endpoint, parts }),
    close: async () => {
      await runs.idle();
      await endpoint.close();
    },
  };
};
