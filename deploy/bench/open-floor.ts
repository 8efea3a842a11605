import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { acceptLoad, cycleLoad, type Receiver, type Target } from './load.ts';

export type Floor = { target: Target; pid: number; close(): void };

/** Starts the floor (`floor.ts`) as a process of its own, and warms it up. It does nothing while nobody asks. */
export const openFloor = async (receiver: Receiver): Promise<Floor> => {
  const program = fileURLToPath(new URL('floor.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>(resolve =>
    child.stdout.once('data', (line: Buffer) => resolve((JSON.parse(line.toString()) as { port: number }).port)),
  );
  const target: Target = { ingestPort: port, consolePort: port, apiKey: '', token: '' };
  await acceptLoad(target, 16, 2);
  await cycleLoad(target, receiver, 16, 2);
  return { target, pid: child.pid!, close: () => void child.kill('SIGTERM') };
};
