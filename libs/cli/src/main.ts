import { processEnvironment } from './cli.config.ts';
import type { Io } from './io.ts';
import { run } from './run.ts';

const { stdout, stderr } = process;
const io: Io = {
  out: line => void stdout.write(`${line}\n`),
  err: line => void stderr.write(`${line}\n`),
  ...(stderr.isTTY ? { overwrite: text => void stderr.write(`\r\u001b[2K${text.slice(0, stderr.columns - 1)}`) } : {}),
  env: processEnvironment(),
};

// A reader that went away (`| head`) is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), io);
