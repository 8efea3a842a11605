import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from './sqlite.ts';
import { openWriteBehind } from './write-behind.ts';

type Tables = { notes: { id: number; text: string } };

describe('what is written behind', () => {
  let folder: string;
  let file: string;
  let read: Kysely<Tables>;
  let write: Kysely<Tables>;
  const texts = async () => (await read.selectFrom('notes').select('text').orderBy('id').execute()).map(({ text }) => text);
  const insert = (id: number, text: string) => write.transaction().execute(tx => tx.insertInto('notes').values({ id, text }).execute());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'console-write-behind-'));
    file = join(folder, 'notes.sqlite');
    const first = openSqlite<Tables>(file, { synchronous: 'NORMAL' });
    await first.schema
      .createTable('notes')
      .addColumn('id', 'integer', column => column.primaryKey())
      .addColumn('text', 'text', column => column.notNull())
      .execute();
    await first.destroy();
    read = openSqlite<Tables>(file, { synchronous: 'NORMAL', readOnly: true });
    write = openWriteBehind(file, read);
  });
  afterEach(async () => {
    await read.destroy();
    await write.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is in the file, statement by statement, once the transaction is over, and a query within sees what was there before', async () => {
    await insert(1, 'one');
    const within = await write.transaction().execute(async tx => {
      await tx.insertInto('notes').values({ id: 2, text: 'two' }).execute();
      for (const id of [1, 2])
        await tx
          .updateTable('notes')
          .set(row => ({ text: row.fn('upper', ['text']) }))
          .where('id', '=', id)
          .execute();
      return tx.selectFrom('notes').select('text').execute();
    });
    expect(within).toEqual([{ text: 'one' }]);
    expect(await texts()).toEqual(['ONE', 'TWO']);
  });

  it('is not there at all when one statement fails or the caller throws, and the next transaction is', async () => {
    await insert(1, 'one');
    const twice = write.transaction().execute(async tx => {
      await tx.insertInto('notes').values({ id: 2, text: 'two' }).execute();
      await tx.insertInto('notes').values({ id: 1, text: 'one again' }).execute();
    });
    await expect(twice).rejects.toThrow(/UNIQUE/);
    const thrown = write.transaction().execute(async tx => {
      await tx.insertInto('notes').values({ id: 3, text: 'three' }).execute();
      throw new Error('changed my mind');
    });
    await expect(thrown).rejects.toThrow('changed my mind');
    await insert(4, 'four');
    expect(await texts()).toEqual(['one', 'four']);
  });

  it('has to be in a transaction', async () => {
    await expect(write.insertInto('notes').values({ id: 1, text: 'lost' }).execute()).rejects.toThrow(/transaction/);
  });

  it('can be repeated when the thread could not go on: another one is started', async () => {
    const elsewhere = join(folder, 'later', 'notes.sqlite');
    const late = openWriteBehind<Tables>(elsewhere, read);
    const attempt = () => late.transaction().execute(tx => tx.deleteFrom('notes').where('id', '=', 1).execute());
    await expect(attempt()).rejects.toThrow(/thread that writes/);
    mkdirSync(join(folder, 'later'));
    await expect(attempt()).rejects.toThrow(/no such table/);
    await late.destroy();
  });

  it('is all in the file when the thread has closed it last', async () => {
    await insert(1, 'one');
    await read.destroy();
    await write.destroy();
    expect(existsSync(`${file}-wal`)).toBe(false);
    read = openSqlite<Tables>(file, { synchronous: 'NORMAL', readOnly: true });
    write = openWriteBehind(file, read);
    expect(await texts()).toEqual(['one']);
  });
});
