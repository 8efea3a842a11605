import { join } from 'node:path';
import { startFakeConsole } from './fake-console.ts';
import { ARRIVING } from './samples.ts';

/** A new request this often, so that live updates can be watched, milliseconds. */
const ARRIVES_EVERY_MS = 45_000;

const fake = await startFakeConsole({ port: 7_091, dist: join(import.meta.dirname, '../dist') });
setInterval(() => fake.desk.add(ARRIVING), ARRIVES_EVERY_MS);
console.error(`Operators' API with sample data on ${fake.url} (any email, password "${fake.password}").`);
