/** Flag and length before each gRPC message (grpc.io, "gRPC over HTTP2", Length-Prefixed-Message). */
const PREFIX_BYTES = 5;

/**
 * Several encoded messages that pass through grpc-js as one. grpc-js carries each message through a chain of promises to a socket write of
 * its own; the appends of one turn of the loop would cost as many. The batch poses as one message: grpc-js asks for its length, writes a
 * prefix and lets it copy itself behind that, and it copies all its frames, starting over the prefix. The specs run it against the real
 * client, so that another version of grpc-js cannot break this bargain unnoticed.
 * @param messages at least one
 */
export const asOneMessage = (messages: readonly Buffer[]): Buffer => {
  if (messages.length === 1) return messages[0]!;
  const length = messages.reduce((sum, message) => sum + PREFIX_BYTES + message.length, -PREFIX_BYTES);
  const copy = (target: Buffer, start: number): number => {
    let at = start - PREFIX_BYTES;
    for (const message of messages) {
      target[at] = 0;
      target.writeUInt32BE(message.length, at + 1);
      at += PREFIX_BYTES + message.copy(target, at + PREFIX_BYTES);
    }
    return length;
  };
  return { length, byteLength: length, copy } as unknown as Buffer;
};
