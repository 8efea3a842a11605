import { crc32 } from 'node:zlib';

/** Bytes a record takes in the position space beside its payload. Positions are sparse on purpose: nobody may count on neighbours. */
const RECORD_OVERHEAD = 32;

/** Length of a span in positions: about sixty records. It is part of the file format. */
const SPAN_POSITIONS = 65_536;

/** The span of the log a position lies in; `category_spans` lists for each category those that hold a record of it. */
export const spanOf = (position: number): number => Math.floor(position / SPAN_POSITIONS);

/** The first position of a span. */
export const startOfSpan = (span: number): number => span * SPAN_POSITIONS;

/** Bits of the `flags` column. */
export const IS_JSON = 1;

/** The record after this one starts here. */
export const nextPosition = (position: number, dataBytes: number, metadataBytes: number): number =>
  position + RECORD_OVERHEAD + dataBytes + metadataBytes;

/** What a checksum covers beside the payload. */
export type RecordHead = {
  position: number;
  revision: number;
  createdMs: number;
  flags: number;
  /** 16 bytes. */
  id: Uint8Array;
  type: string;
  stream: string;
};

const scratch = Buffer.alloc(8 * 3 + 1 + 16 + 2 * 3 * 1024 + 8);
const scratchIds = scratch.subarray(25, 41);

/**
 * CRC-32 over the whole record, its stream's name included. It finds damaged bytes, a row under a wrong position and a name
 * index that leads astray; whether somebody tampered on purpose is for the signed seals of the log to show.
 */
export const checksumOf = (head: RecordHead, data: Uint8Array, metadata: Uint8Array): number => {
  scratch.writeDoubleLE(head.position, 0);
  scratch.writeDoubleLE(head.revision, 8);
  scratch.writeDoubleLE(head.createdMs, 16);
  scratch[24] = head.flags;
  scratchIds.set(head.id);
  let at = 41;
  at += scratch.write(head.type, at, 'utf8');
  scratch[at++] = 0;
  at += scratch.write(head.stream, at, 'utf8');
  return crc32(data, crc32(metadata, crc32(scratch.subarray(0, at), metadata.length)));
};
