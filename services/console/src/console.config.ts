import { addressRanges } from '@holdpoint/egress';
import { readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';

/** Environment of the console. What it shares with the other services is read by `openParts`. */
export const consoleSchema = z.object({
  CONSOLE_PORT: variable.port(7071),
  CONSOLE_HOST: variable.host(),
  CONSOLE_WEB_FOLDER: z.string().min(1).optional().describe('Folder of the built web app, where it does not lie beside the console'),
  CONSOLE_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'must begin with postgres://')
    .optional()
    .describe(
      'PostgreSQL database for the lists and numbers, postgres://user:password@host/database; SQLite files in the data folder without it',
    ),
  RETENTION_SWEEP_SEC: variable
    .seconds(1, 86_400, 3_600)
    .describe('How often it looks for approvals whose time is over, to have them erased, seconds'),
  HOLDPOINT_EGRESS_ALLOW: addressRanges().describe('CIDR ranges where an identity provider may be although they are not public'),
  HOLDPOINT_OWNER_EMAIL: z
    .email()
    .max(254)
    .default('owner@example.test')
    .describe('Email of the first owner; used once, when the event log is empty'),
  HOLDPOINT_ORGANIZATION_NAME: z.string().min(1).max(128).default('My organisation').describe('Name of the first organisation; used once'),
});
export type ConsoleConfig = z.output<typeof consoleSchema>;

/** @throws ConfigError naming every variable that is wrong. */
export const readConsoleConfig = (env: NodeJS.ProcessEnv): ConsoleConfig => readConfig(consoleSchema, env);
