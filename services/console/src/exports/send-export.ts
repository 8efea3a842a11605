import { Readable } from 'node:stream';
import type { ExportFormat } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { StreamableFile } from '@nestjs/common';
import { CursorUnreadable } from '../read-model/paging.ts';
import { inFormat, MEDIA_TYPES, type Export, type ExportRecord } from './export-format.ts';

/** Downloads under way at the same time: each reads all the time, and people decide beside it. */
const AT_ONCE = 4;
let underWay = 0;

/**
 * An export as a file that is sent while it is read.
 * @param name what it is called on the disk of whoever takes it, without the ending
 * @throws ProblemError 400 for a cursor nobody gave out, 429 while too many are under way
 */
export const sendExport = async (name: string, format: ExportFormat, { columns, records }: Export): Promise<StreamableFile> => {
  if (underWay >= AT_ONCE)
    throw new ProblemError('too_many_exports', 429, 'Other downloads are under way; try again when they are done.', {
      headers: { 'retry-after': '10' },
    });
  underWay += 1;
  const reading = records[Symbol.asyncIterator]();
  const first = await reading.next().catch((error: unknown) => {
    underWay -= 1;
    throw error instanceof CursorUnreadable ? new ProblemError(error.code, 400, error.message) : error;
  });
  const file = Readable.from(inFormat(format, { columns, records: beginningWith(first, reading) }));
  file.once('close', () => (underWay -= 1));
  return new StreamableFile(file, { type: MEDIA_TYPES[format], disposition: `attachment; filename="${name}.${format}"` });
};

/** What was read to see that it can be read, and the rest. */
async function* beginningWith(first: IteratorResult<ExportRecord>, reading: AsyncIterator<ExportRecord>): AsyncGenerator<ExportRecord> {
  try {
    for (let result = first; result.done !== true; result = await reading.next()) yield result.value;
  } finally {
    await reading.return?.();
  }
}
