/** Rows looked at for one answer, the newest first: some hundred milliseconds of work, in turns with everybody else's. */
export const LOOKED_AT_MAX = 200_000;
/** Rows read at once: some milliseconds. */
const CHUNK_ROWS = 500;

/**
 * Takes rows page by page, the newest first, and lets others have their turn in between.
 * @param read the page behind a row (null for the first), of at most so many rows
 * @returns whether that were all, or {@link LOOKED_AT_MAX} were seen and there are more
 */
export const inChunks = async <Row>(
  read: (after: Row | null, limit: number) => Promise<Row[]>,
  take: (row: Row) => void,
): Promise<boolean> => {
  let after: Row | null = null;
  for (let seen = 0; seen < LOOKED_AT_MAX; seen += CHUNK_ROWS) {
    const rows: Row[] = await read(after, CHUNK_ROWS);
    rows.forEach(take);
    if (rows.length < CHUNK_ROWS) return true;
    after = rows.at(-1) ?? null;
    await new Promise(resolve => setImmediate(resolve));
  }
  return false;
};
