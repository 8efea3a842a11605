import { parseArgs } from 'node:util';
import { buildAll } from '../build/build-all.ts';
import { ASKS } from './assistant.ts';
import { playChannel } from './channel-demo.ts';
import { DEMO_CHANNELS } from './channels/index.ts';
import { TIMEOUT_SCENE_DEADLINE_SEC } from './demo-policy.ts';
import { playScene, type Scene, sceneLines, type SceneReport } from './scene.ts';
import { openWorld, type World } from './world.ts';

const USAGE = `npm run demo                            three scenes; you decide in the console
npm run demo -- --auto                  they decide by themselves
npm run demo -- --channel <channel>     a decision from one channel: ${Object.keys(DEMO_CHANNELS).join(', ')}
with --json                             prints one object`;

/** How long a person has to click in the interactive demo, seconds. */
const PATIENCE_SEC = 540;

const { auto = false, json = false, channel } = optionsOf(process.argv.slice(2));
const say = (line = '') => void (json || process.stdout.write(`${line}\n`));

function optionsOf(args: string[]) {
  try {
    const options = { auto: { type: 'boolean' }, json: { type: 'boolean' }, channel: { type: 'string' } } as const;
    const { values } = parseArgs({ args, options });
    if (values.channel !== undefined && !(values.channel in DEMO_CHANNELS)) throw new Error(`There is no channel "${values.channel}".`);
    return values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    return process.exit(2);
  }
}

const main = async () => {
  say('Holdpoint demo: an assistant pauses, a person decides, the run resumes.\n');
  buildAll();
  const world = await openWorld({ say, alertsByMail: channel === undefined });
  try {
    const about = { consoleUrl: world.stack.consoleUrl, transport: world.stack.natsUrl ? 'nats' : 'inProcess' };
    const shown =
      channel === undefined ? { scenes: await threeScenes(world) } : await playChannel(world, channel, DEMO_CHANNELS[channel]!, say);
    if (json) process.stdout.write(`${JSON.stringify({ ...about, ...shown })}\n`);
  } finally {
    await world.close();
  }
};

const threeScenes = async (world: World) => {
  if (!auto) {
    const { consoleUrl, credentials } = world.stack;
    say(`\nConsole   ${consoleUrl}`);
    say(`Sign in   ${credentials.email}  /  ${credentials.password}\n`);
  }
  const mailsAbout = (id: string) => world.mail.messages.filter(message => message.raw.includes(id));
  const play = async (scene: Pick<Scene, 'name' | 'ask' | 'decide' | 'deadlineSec'>) => {
    const report = await playScene(world, { ...scene, patienceSec: PATIENCE_SEC, alertedAt: id => mailsAbout(id)[0]?.atMs ?? null });
    return { ...report, mails: mailsAbout(report.approvalId).length };
  };
  // The third scene waits for its deadline, so it starts first and is told last.
  const timeout = play({ name: 'timeout', ask: ASKS.timeout, deadlineSec: TIMEOUT_SCENE_DEADLINE_SEC, decide: async () => {} });
  timeout.catch(() => {});
  const halfIsFair = {
    note: 'Half is fair for a late delivery.',
    action: { name: 'issue_refund', args: { order_id: 'B-7', amount: 90, currency: 'USD' } },
  };
  return [
    tell(await play({ name: 'approve', ask: ASKS.approve, decide: id => decide(world, id, 'approve', { note: 'Photographs checked.' }) })),
    tell(await play({ name: 'modify', ask: ASKS.modify, decide: id => decide(world, id, 'modify', halfIsFair) })),
    tell(await timeout),
  ];
};

/** Decides by script with `--auto`; otherwise prints the link and waits for a person to click. */
const decide = async (world: World, id: string, verb: 'approve' | 'modify', body: unknown) => {
  if (auto) await world.api.post(`/api/approvals/${id}/${verb}`, body);
  else say(`→ Your turn: open ${world.stack.consoleUrl}/approvals/${id} and ${verb} it.`);
};

const TITLES: Record<string, string> = {
  approve: '1  A refund of $245: a person approves',
  modify: '2  A refund of $180: a person changes it to $90',
  timeout: '3  A deletion nobody decides: it escalates, then expires as not approved',
};

const tell = <Report extends SceneReport & { mails: number }>(report: Report): Report => {
  say(`\n── ${TITLES[report.scene]}`);
  for (const line of sceneLines(report)) say(line);
  say(`   ${report.mails} mail(s) went out`);
  return report;
};

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`\nThe demo stopped: ${error.message}\n`);
    process.exit(1);
  },
);
