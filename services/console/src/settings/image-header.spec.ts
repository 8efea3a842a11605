import { describe, expect, it } from 'vitest';
import { imageHeader } from './image-header.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
/** 96 × 40 pixels each, the first bytes as encoders write them. */
const PNG = hex('89504e470d0a1a0a 0000000d 49484452 00000060 00000028 08060000 00');
const JPEG = hex('ffd8 ffe0 0010 4a46494600010100000100010000 ffdb 0004 0000 ffff c2 0011 08 0028 0060 03 012200');
const RIFF = '52494646 00100000 57454250';
const WEBP = {
  lossy: hex(`${RIFF} 56503820 00080000 300100 9d012a 6000 2800 0000`),
  lossless: hex(`${RIFF} 5650384c 00080000 2f 5fc00900 0000 0000 00`),
  extended: hex(`${RIFF} 56503858 0a000000 10000000 5f0000 270000`),
};

describe('the header of an image', () => {
  it.each([
    ['PNG', PNG, 'image/png'],
    ['JPEG, progressive, with filling bytes', JPEG, 'image/jpeg'],
    ['WebP, lossy', WEBP.lossy, 'image/webp'],
    ['WebP, lossless', WEBP.lossless, 'image/webp'],
    ['WebP, extended', WEBP.extended, 'image/webp'],
  ])('of %s says what it is and how large', (_name, bytes, mediaType) => {
    expect(imageHeader(bytes)).toEqual({ mediaType, width: 96, height: 40 });
  });

  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="96" height="40"/>')],
    ['GIF', Buffer.from('GIF89a\u0060\u0000\u0028\u0000'.padEnd(40, '\0'), 'latin1')],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(40))],
    ['nothing', Buffer.alloc(0)],
    ['PNG without IHDR', Buffer.concat([PNG.subarray(0, 12), Buffer.from('tEXt'), PNG.subarray(16)])],
    ['WebP of an unknown kind', Buffer.concat([WEBP.lossy.subarray(0, 12), Buffer.from('ANIM'), WEBP.lossy.subarray(16)])],
    ['WebP without its start code', Buffer.concat([WEBP.lossy.subarray(0, 23), Buffer.alloc(7)])],
    ['JPEG whose tables never end', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(400, Buffer.from([0xff, 0xc4, 0, 2]))])],
  ])('is none for %s', (_name, bytes) => {
    expect(imageHeader(bytes)).toBeNull();
  });

  it('is none, and no error, wherever an image is cut short before its size', () => {
    for (const [image, known] of [[PNG, 24], [JPEG, 36], ...Object.values(WEBP).map(one => [one, 30] as const)] as const)
      for (let length = 0; length < known; length += 1) expect(imageHeader(image.subarray(0, length)), `${length}`).toBeNull();
  });
});
