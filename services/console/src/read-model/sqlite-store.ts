import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqlite } from '../sqlite.ts';
import { openWriteBehind } from '../write-behind.ts';
import { createTables, SCHEMA_GENERATION, type ReadModelTables } from './schema.ts';
import type { TableSet, TableStore } from './table-store.ts';

const SUFFIX = '.sqlite';
const BUILDING = '.building';
const FILE = new RegExp(`^${SCHEMA_GENERATION}-(\\d+)\\${SUFFIX}$`);

/** Sets of tables as files in `<dataDir>/read-model`, one SQLite file each. */
export const openSqliteStore = async (dataDir: string): Promise<TableStore> => {
  const folder = join(dataDir, 'read-model');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let number = 0;
  const fileOf = (of: number) => join(folder, `${SCHEMA_GENERATION}-${of}${SUFFIX}`);
  const building = () => fileOf(number + 1) + BUILDING;
  /** Keeps these files with their write-ahead logs, and nothing else. Asked anew for each file: another set may be built and promoted meanwhile. */
  const keepOnly = async (files: () => readonly string[]) => {
    for (const name of await readdir(folder)) {
      const kept = files().flatMap(file => ['', '-wal', '-shm'].map(suffix => file + suffix));
      if (!kept.includes(join(folder, name))) await rm(join(folder, name), { force: true });
    }
  };
  return {
    open: async () => {
      const numbers = (await readdir(folder)).map(name => Number(FILE.exec(name)?.[1] ?? 0));
      number = Math.max(0, ...numbers);
      await keepOnly(() => [fileOf(number)]);
      return openTables(fileOf(number));
    },
    build: async () => {
      for (const suffix of ['', '-wal', '-shm']) await rm(building() + suffix, { force: true });
      return openTables(building());
    },
    promote: async built => {
      // Closing folds the write-ahead log into the file, which then is alone and can be renamed.
      await built.close();
      await rename(building(), fileOf(number + 1));
      number += 1;
      return openTables(fileOf(number));
    },
    // The next file too: it has its name a moment before it is counted.
    removeOld: () => keepOnly(() => [fileOf(number), fileOf(number + 1), building()]),
    close: async () => undefined,
  };
};

const openTables = async (path: string): Promise<TableSet> => {
  const first = openSqlite<ReadModelTables>(path, { synchronous: 'NORMAL' });
  await createTables(first);
  await first.destroy();
  const read = openSqlite<ReadModelTables>(path, { synchronous: 'NORMAL', readOnly: true });
  const write = openWriteBehind(path, read);
  return {
    read,
    write,
    close: async () => {
      // Whoever closes last folds the write-ahead log into the file, and a reader cannot.
      await read.destroy();
      await write.destroy();
    },
  };
};
