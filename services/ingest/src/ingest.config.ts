import { z } from 'zod';
import { LIMITS } from '@holdpoint/contracts';
import { addressRanges, portNumbers, wordsOf } from '@holdpoint/egress';
import { variable } from '@holdpoint/service-kit';

const words = z.string().default('').transform(wordsOf);

export const ingestConfig = z.object({
  INGEST_PORT: variable.port(7070),
  INGEST_HOST: variable.host(),
  INGEST_BODY_BYTES_MAX: z.coerce
    .number()
    .int()
    .min(16_384)
    .max(LIMITS.bodyBytesMax)
    .default(LIMITS.bodyBytesMax)
    .describe('Largest request body, bytes'),
  INGEST_RATE_PER_SEC: z.coerce.number().min(0.1).max(1_000_000).default(500).describe('Requests a second one API key may make, over time'),
  INGEST_RATE_BURST: variable.count(1, 1_000_000, 1_000).describe('Requests one API key may make at once'),
  INGEST_WRITES_MAX: variable
    .count(1, 100_000, 2_048)
    .describe('Writes waiting for the event log before further ones are refused with 503'),
  INGEST_LOOP_LAG_MS_MAX: variable
    .count(10, 60_000, 500)
    .describe('Lateness of the event loop, milliseconds, above which writes are refused with 503'),
  INGEST_WAITERS_MAX: variable.count(1, 100_000, 2_000).describe('Long polls held at the same time; further ones are refused with 503'),
  INGEST_MCP_HOSTS: words.describe('Further host names under which MCP clients reach this server'),
  INGEST_MCP_ORIGINS: words.describe('Further web origins whose pages may call the MCP endpoint'),
  HOLDPOINT_DEADLINE_SEC_DEFAULT: variable
    .seconds(1, LIMITS.deadlineSecMax, 86_400)
    .describe('Seconds until a request without a deadline expires as not approved'),
  HOLDPOINT_DEADLINE_SEC_MIN: variable
    .seconds(1, 3_600, LIMITS.deadlineSecMin)
    .describe('Shortest deadline, seconds; a shorter one is refused, since nobody could answer in time'),
  HOLDPOINT_EGRESS_ALLOW: addressRanges().describe(
    'CIDR ranges that callbacks, and the providers behind connections and MCP gateways, may be in although they are private; only these may be called over http',
  ),
  HOLDPOINT_EGRESS_ALLOW_HOSTS: words.describe('Host names that may be called although their addresses are not public'),
  HOLDPOINT_EGRESS_DENY: addressRanges().describe('CIDR ranges that are never called, for example the networks of the cluster'),
  HOLDPOINT_EGRESS_PORTS: portNumbers().describe('Ports of public addresses that may be called besides 443'),
});
export type IngestConfig = z.output<typeof ingestConfig>;
