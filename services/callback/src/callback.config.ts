import { addressRanges, portNumbers, wordsOf } from '@holdpoint/egress';
import { readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';
import { BREAKER } from './breaker.ts';
import { CALLBACK_SCHEDULE_SEC, RESUME_SCHEDULE_SEC } from './schedule.ts';

const schedule = (byDefault: readonly number[]) =>
  z
    .string()
    .default(byDefault.join(','))
    .transform(text => wordsOf(text).map(Number))
    .refine(
      delays => delays.length > 0 && delays.every(delay => Number.isFinite(delay) && delay >= 0),
      'must be seconds separated by commas',
    );

export const callbackSchema = z.object({
  CALLBACK_PORT: variable.port(7075),
  CALLBACK_HOST: variable.host(),
  CALLBACK_CONCURRENCY_PER_ENDPOINT: variable
    .count(1, 1_024, 32)
    .describe('Calls under way to one address at a time; a slow receiver fills its own places and delays nobody else'),
  CALLBACK_TIMEOUT_MS: variable.count(100, 60_000, 15_000).describe('Longest wait for a receiver, milliseconds'),
  CALLBACK_BREAKER_FAILURES: variable
    .count(1, 10_000, BREAKER.failuresMax)
    .describe('Failures in a row after which nothing is sent to an endpoint for a while'),
  CALLBACK_BREAKER_PAUSE_MS: variable
    .count(100, BREAKER.pauseMsMax, BREAKER.pauseMs)
    .describe('That while, milliseconds; it doubles up to five minutes as long as one try after another fails'),
  CALLBACK_SCHEDULE_SEC: schedule(CALLBACK_SCHEDULE_SEC).describe(
    'Longest wait before each attempt, seconds; its length is the number of attempts',
  ),
  RESUME_SCHEDULE_SEC: schedule(RESUME_SCHEDULE_SEC).describe('Wait before each attempt to resume a run, seconds'),
  HOLDPOINT_EGRESS_ALLOW: addressRanges().describe('CIDR ranges that may be called although they are not public, also over http'),
  HOLDPOINT_EGRESS_ALLOW_HOSTS: z
    .string()
    .default('')
    .transform(wordsOf)
    .describe('Host names that may be called although their addresses are not public, separated by commas'),
  HOLDPOINT_EGRESS_DENY: addressRanges().describe('CIDR ranges that are never called, for example the networks of the cluster'),
  HOLDPOINT_EGRESS_PORTS: portNumbers().describe('Ports of public addresses that may be called besides 443'),
});
export type CallbackConfig = z.output<typeof callbackSchema>;

/** @throws ConfigError */
export const readCallbackConfig = (env: NodeJS.ProcessEnv): CallbackConfig => readConfig(callbackSchema, env);
