/** Event ids travel as UUID text and rest as 16 bytes. */

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Normalises a UUID as clients write it.
 * @returns the lower-case text, or undefined when it is not a UUID.
 */
export const parseEventId = (text: string): string | undefined => {
  const lower = text.toLowerCase();
  return UUID.test(lower) ? lower : undefined;
};

/** The 16 bytes of a normalised UUID, written into `target` at `at`. */
export const writeEventId = (target: Buffer, at: number, id: string): void => {
  target.write(id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24), at, 'hex');
};

/** The text of 16 bytes at `at`. */
export const readEventId = (bytes: Uint8Array, at = 0): string => {
  let text = '';
  for (let index = 0; index < 16; index++) {
    text += HEX_OF_BYTE[bytes[at + index] as number];
    if (index === 3 || index === 5 || index === 7 || index === 9) text += '-';
  }
  return text;
};

/** The two signed 64-bit halves of the structured UUID form, as text. */
export const eventIdFromHalves = (most: string, least: string): string => {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(most)), 0);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(least)), 8);
  return readEventId(bytes);
};
