/**
 * gRPC messages with their five-byte prefix (flag, length), ready for the wire, and a way to hand many of them to grpc-js at
 * once. grpc-js sends one message per write and waits for the socket in between; a page of 256 events, or the answers of one
 * group commit, would cost as many writes. A batch poses as one message: grpc-js asks it for its length, writes a prefix and
 * lets it copy itself behind that; it copies all its frames, starting over the prefix. `frames.int.spec.ts` checks this bargain
 * through the real client, so that another version of grpc-js cannot break it unnoticed.
 */

export const FRAME_PREFIX_BYTES = 5;

/** Allocates a frame for a message of `size` bytes; the message starts at `FRAME_PREFIX_BYTES`. */
export const allocateFrame = (size: number): Buffer => {
  const frame = Buffer.allocUnsafe(size + FRAME_PREFIX_BYTES);
  writePrefix(frame, 0, size);
  return frame;
};

/** Writes the prefix of a message of `size` bytes; returns where the message starts. */
export const writePrefix = (target: Buffer, at: number, size: number): number => {
  target[at] = 0;
  return target.writeUInt32BE(size, at + 1);
};

/** Puts the prefix before an encoded message. */
export const frameOf = (message: Uint8Array): Buffer => {
  const frame = allocateFrame(message.length);
  frame.set(message, FRAME_PREFIX_BYTES);
  return frame;
};

/** Many frames that pass through grpc-js as one message. */
export type FrameBatch = { byteLength: number; copy: (target: Buffer, at: number) => number };

/** @param frames at least one. */
export const batchOf = (frames: readonly Buffer[]): FrameBatch => {
  let bytes = 0;
  for (const frame of frames) bytes += frame.length;
  return {
    byteLength: bytes - FRAME_PREFIX_BYTES,
    copy(target, at) {
      let to = at - FRAME_PREFIX_BYTES;
      for (const frame of frames) to += frame.copy(target, to);
      return bytes;
    },
  };
};

/** The response serializer of methods that answer in batches. */
export const serializeBatch = (batch: FrameBatch): Buffer => batch as unknown as Buffer;
