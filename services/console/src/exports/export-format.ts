import type { ExportFormat } from '@holdpoint/contracts';
import { csvLine, type Cell } from './csv.ts';

/** One thing that is exported. `cursor` is where an export goes on behind it. */
export type ExportRecord = { cursor: string } & Record<string, unknown>;
/** Records in order, and the names of their members in the order of the columns. */
export type Export = { columns: readonly string[]; records: AsyncIterable<ExportRecord> };

/** Text gathered before it is sent, characters: records are short, and a chunk costs more than its bytes. */
const CHUNK_CHARS = 32_768;

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
};

/**
 * An export as the text of a file, chunk by chunk: only what is being sent is in memory.
 * JSON is `{"items": […], "cursor": …}`; the cursor of an empty export is null.
 */
export async function* inFormat(format: ExportFormat, { columns, records }: Export): AsyncGenerator<string> {
  let text = format === 'csv' ? csvLine(columns) : format === 'json' ? '{"items":[' : '';
  let last: string | null = null;
  for await (const record of records) {
    if (format === 'csv') text += csvLine(columns.map(name => cellOf(record[name])));
    else if (format === 'jsonl') text += `${JSON.stringify(record)}\n`;
    else text += `${last === null ? '' : ','}\n${JSON.stringify(record)}`;
    last = record.cursor;
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = '';
  }
  if (format === 'json') text += `\n],"cursor":${JSON.stringify(last)}}\n`;
  if (text !== '') yield text;
}

/** Lists and objects have no cells of their own: they stand in one as JSON. */
const cellOf = (value: unknown): Cell => {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
};
