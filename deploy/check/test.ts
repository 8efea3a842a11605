import { buildAll } from '../build/build-all.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { close, runSpecs, runStaticChecks } from './checks.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

// `npm test`: everything. What cannot be installed here is named, and the specs that need it count as skipped.
for (const [command, needs] of [
  ['nats-server', 'the specs over NATS'],
  ['chromium', 'the specs in a browser'],
] as const) {
  const found = findOrInstall(command, command, say);
  if ('missing' in found) say(`${found.missing}\nWithout it ${needs} are skipped.`);
}
say('Building …');
buildAll();
const checks = await runStaticChecks();
const specs = await runSpecs({ endToEnd: true });
close(checks, specs);
