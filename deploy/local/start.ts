import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from '../build/build-all.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { type LocalConfig, readLocalConfig } from './local.config.ts';
import { freePorts, isFree } from './ports.ts';
import { startStack } from './stack.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `npm start`: the whole of Holdpoint on this machine, in one data folder, until Ctrl-C. */
const main = async () => {
  const config = readLocalConfig();
  await refuseTakenPorts(config);
  say('Building what changed …');
  buildAll();
  const natsServer = broker(config);
  if (natsServer && !(await isFree(config.NATS_PORT))) config.NATS_PORT = (await freePorts(1))[0]!;
  say(`Local profile: everything listens on 127.0.0.1; callbacks may reach ${config.HOLDPOINT_EGRESS_ALLOW}.`);
  const startedAt = performance.now();
  const stack = await startStack({ config, natsServer, say });
  say(`\nHoldpoint is ready (${((performance.now() - startedAt) / 1_000).toFixed(1)} s).\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say('\nStopping …');
    stack.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  await showTheWayIn(stack.dataDir, stack.consoleUrl, stack.ingestUrl);
};

/** nats-server's path, or null for the in-process transport, which is said clearly. */
const broker = (config: LocalConfig): string | null => {
  if (config.HOLDPOINT_TRANSPORT === 'inProcess') return null;
  const found = findOrInstall('nats-server', 'nats-server', say);
  if ('path' in found) return found.path;
  if (config.HOLDPOINT_TRANSPORT === 'nats') throw new Error(found.missing);
  if (config.HOLDPOINT_MODE === 'separate')
    throw new Error(`${found.missing}\nSeparate processes need it; without it use HOLDPOINT_MODE=all-in-one.`);
  say(
    `${found.missing}\nWithout it, Holdpoint runs on its in-process transport: the same product in one process. Nothing is lost by it: the event log is the record.`,
  );
  return null;
};

const refuseTakenPorts = async (config: LocalConfig) => {
  const wanted = (
    [
      'INGEST_PORT',
      'CONSOLE_PORT',
      'NOTIFICATION_PORT',
      'ROUTING_PORT',
      'DECISION_PORT',
      'CALLBACK_PORT',
      'RELAY_PORT',
      'EVENT_STORE_PORT',
    ] as const
  ).map(name => [name, config[name]] as const);
  const taken: string[] = [];
  for (const [name, port] of wanted)
    if (!(await isFree(port))) taken.push(`Port ${port} is in use: stop what listens there, or set ${name} to another port.`);
  if (taken.length) throw new Error(taken.join('\n'));
};

const showTheWayIn = async (dataDir: string, consoleUrl: string, ingestUrl: string) => {
  const file = join(dataDir, 'credentials.json');
  if (!existsSync(file)) return;
  const credentials = JSON.parse(readFileSync(file, 'utf8')) as {
    email: string;
    password: string;
    personalAccessToken: string;
  };
  say(`  Console       ${consoleUrl}`);
  say(`  Sign in as    ${credentials.email}  with the password in ${file}`);
  say(`  Agents' API   ${ingestUrl}/v1/approvals  (key in the same file)`);
  say(`  Logs          ${join(dataDir, 'logs')}`);
  if (await soloModeIsOn(consoleUrl, credentials.personalAccessToken))
    say('\nSolo mode is on: you may approve what your own agent asks. Switch it off when a second person joins (docs/operators-api.md).');
  say('\nA first request:\n');
  say(`  curl -s ${ingestUrl}/v1/approvals -H "authorization: Bearer $(node -p 'require("${file}").apiKey')" -H 'content-type: application/json' -d '{
    "source": "custom", "threadId": "t1", "runId": "r1", "toolCallId": "c1",
    "arguments": {"contextSummary": "Order A-1 arrived broken", "proposedAction": "Refund $245", "entityId": "A-1", "riskLevel": "medium"},
    "action": {"name": "issue_refund", "args": {"order_id": "A-1", "amount": 245, "currency": "USD"}}}'\n`);
  say('Stop with Ctrl-C.');
};

/** What the console itself says; nothing is printed where it cannot be asked. */
const soloModeIsOn = async (consoleUrl: string, token: string): Promise<boolean> => {
  try {
    const reply = await fetch(`${consoleUrl}/api/organization`, { headers: { authorization: `Bearer ${token}` } });
    return reply.ok && ((await reply.json()) as { soloMode: boolean }).soloMode;
  } catch {
    return false;
  }
};

main().catch((error: Error) => {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
});
