import { readOptions } from './event-store.config.ts';
import { runCommand } from './run-command.ts';

/** `node main.js` serves; `verify` walks the whole log; `backup <file>` copies it while it is in use. */
process.exitCode = await runCommand(process.argv.slice(2), readOptions);
