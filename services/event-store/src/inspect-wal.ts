import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Looks at SQLite's write-ahead log before SQLite does. After a crash SQLite uses the frames up to the last complete commit and
 * silently ignores the rest: right for a write that was cut off, wrong when a damaged frame hides commits that came after it.
 * Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export type WalReport = {
  /** Commits that SQLite will use. */
  commits: number;
  /** Bytes of an unfinished or damaged last transaction, which SQLite will drop. */
  tornBytes: number;
  /** Commits behind a damaged frame, which SQLite would drop without a word. */
  hiddenCommits: number;
};

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The magic number's last bit says in which byte order checksums are computed. */
const MAGIC = 0x377f0682;

type Sums = { first: number; second: number };

/** SQLite's running checksum over pairs of 32-bit words. */
const addChecksum = (sums: Sums, bytes: Buffer, from: number, to: number, bigEndian: boolean): void => {
  let { first, second } = sums;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at < to; at += 8) {
    first = (first + view.getUint32(at, !bigEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, !bigEndian) + first) >>> 0;
  }
  sums.first = first;
  sums.second = second;
};

const NOTHING: WalReport = { commits: 0, tornBytes: 0, hiddenCommits: 0 };

/** @param file the write-ahead log (`….db-wal`); it need not exist. */
export const inspectWal = (file: string): WalReport => {
  if (!existsSync(file)) return NOTHING;
  const handle = openSync(file, 'r');
  try {
    return inspect(handle, fstatSync(handle).size);
  } finally {
    closeSync(handle);
  }
};

const inspect = (handle: number, size: number): WalReport => {
  const header = Buffer.alloc(HEADER_BYTES);
  if (size < HEADER_BYTES) return NOTHING;
  readSync(handle, header, 0, HEADER_BYTES, 0);
  const magic = header.readUInt32BE(0);
  const sums: Sums = { first: 0, second: 0 };
  const bigEndian = (magic & 1) === 1;
  if ((magic & 0xfffffffe) >>> 0 === MAGIC) addChecksum(sums, header, 0, 24, bigEndian);
  const isHeaderWhole = sums.first === header.readUInt32BE(24) && sums.second === header.readUInt32BE(28);
  if (!isHeaderWhole || (magic & 0xfffffffe) >>> 0 !== MAGIC) {
    return { commits: 0, tornBytes: size, hiddenCommits: size > HEADER_BYTES + FRAME_HEADER_BYTES ? 1 : 0 };
  }
  return walkFrames(handle, size, header, sums, bigEndian);
};

const walkFrames = (handle: number, size: number, header: Buffer, sums: Sums, bigEndian: boolean): WalReport => {
  const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
  const frame = Buffer.alloc(frameBytes);
  const report: WalReport = { ...NOTHING };
  let usedUntil = HEADER_BYTES;
  let writtenUntil = HEADER_BYTES;
  let isBroken = false;
  for (let at = HEADER_BYTES; at < size; at += frameBytes) {
    const read = readSync(handle, frame, 0, frameBytes, at);
    const isOurs = read >= 16 && frame.readUInt32BE(8) === header.readUInt32BE(16) && frame.readUInt32BE(12) === header.readUInt32BE(20);
    if (!isOurs && !isBroken && read === frameBytes) {
      isBroken = true;
      continue;
    }
    if (!isOurs) continue;
    writtenUntil = at + read;
    const isCommit = read === frameBytes && frame.readUInt32BE(4) !== 0;
    if (!isBroken && read === frameBytes) {
      addChecksum(sums, frame, 0, 8, bigEndian);
      addChecksum(sums, frame, FRAME_HEADER_BYTES, frameBytes, bigEndian);
      isBroken = sums.first !== frame.readUInt32BE(16) || sums.second !== frame.readUInt32BE(20);
      if (isBroken) continue;
      if (!isCommit) continue;
      report.commits++;
      usedUntil = at + frameBytes;
    } else {
      isBroken = true;
      if (isCommit) report.hiddenCommits++;
    }
  }
  report.tornBytes = Math.max(0, writtenUntil - usedUntil);
  return report;
};
