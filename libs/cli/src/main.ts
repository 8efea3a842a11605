import { text } from 'node:stream/consumers';
import { processEnvironment } from './cli.config.ts';
import type { Io } from './io.ts';
import { wantsColours } from './paint.ts';
import { run } from './run.ts';

const { stdout, stderr } = process;
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted.abort();
    // Who asks twice does not want to wait for what is under way.
    process.once(signal, () => process.exit(130));
  });
const io: Io = {
  out: line => void stdout.write(`${line}\n`),
  err: line => void stderr.write(`${line}\n`),
  ...(stderr.isTTY ? { overwrite: text => void stderr.write(`\r\u001b[2K${text.slice(0, stderr.columns - 1)}`) } : {}),
  env: processEnvironment(),
  colours: wantsColours(processEnvironment(), stdout.isTTY),
  input: () => text(process.stdin),
  signal: interrupted.signal,
};

// A reader that went away (`| head`) is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), io);
