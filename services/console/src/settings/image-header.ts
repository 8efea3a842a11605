import type { Logo } from '@holdpoint/contracts';

/** What the first bytes of an image say it is; sizes in pixels. */
export type ImageHeader = Pick<Logo, 'mediaType' | 'width' | 'height'>;

/**
 * Reads the header of a PNG, JPEG or WebP image. Nothing is decoded: what a browser would refuse to draw is not shown, and nothing else happens.
 * @returns null for everything else, a header that is cut short included
 */
export const imageHeader = (bytes: Buffer): ImageHeader | null => pngHeader(bytes) ?? jpegHeader(bytes) ?? webpHeader(bytes);

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** PNG: the signature, then `IHDR` with width and height (ISO/IEC 15948, 5.2 and 11.2.2). */
const pngHeader = (bytes: Buffer): ImageHeader | null => {
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG_SIGNATURE) || bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
};

/** Markers that begin a frame: `SOF0` to `SOF15` without `DHT`, `JPG` and `DAC` (ITU-T T.81, table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** JPEG: segments until the first frame, which has height and width behind its precision (ITU-T T.81, B.2.2). */
const jpegHeader = (bytes: Buffer): ImageHeader | null => {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { mediaType: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
};

const VP8_START_CODE = 0x9d012a;
const VP8L_SIGNATURE = 0x2f;

/** WebP: `RIFF`, `WEBP`, then one of three kinds of first chunk (RFC 9649, 2.4 to 2.7; RFC 6386, 9.1). */
const webpHeader = (bytes: Buffer): ImageHeader | null => {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') return null;
  const mediaType = 'image/webp';
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      if (bytes.readUIntBE(23, 3) !== VP8_START_CODE) return null;
      return { mediaType, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      if (bytes[20] !== VP8L_SIGNATURE) return null;
      const sizes = bytes.readUInt32LE(21);
      return { mediaType, width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { mediaType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
};
