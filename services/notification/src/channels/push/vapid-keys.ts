import { createECDH } from 'node:crypto';

/** A key pair for VAPID (RFC 8292), base64url: the point, 65 bytes, and the scalar, 32 bytes. */
export type VapidKeys = { publicKey: string; privateKey: string };

const POINT_BYTES = 65;
const SCALAR_BYTES = 32;

/** Makes a key pair. Browsers subscribe with the public key and are bound to it: with another pair everybody has to subscribe again. */
export const makeVapidKeys = (): VapidKeys => {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  // A scalar that begins with zeros comes out shorter; the other side expects all 32 bytes.
  const scalar = ecdh.getPrivateKey();
  return {
    publicKey: ecdh.getPublicKey().toString('base64url'),
    privateKey: Buffer.concat([Buffer.alloc(SCALAR_BYTES - scalar.length), scalar]).toString('base64url'),
  };
};

/** @throws RangeError naming the member that is no key, or that does not belong to the other; never repeats the key */
export const checkVapidKeys = ({ publicKey, privateKey }: VapidKeys): void => {
  const point = Buffer.from(publicKey, 'base64url');
  if (point.length !== POINT_BYTES || point[0] !== 4)
    throw new RangeError('publicKey: must be an uncompressed P-256 point in base64url, 87 characters');
  const scalar = Buffer.from(privateKey, 'base64url');
  if (scalar.length !== SCALAR_BYTES) throw new RangeError('privateKey: must be 32 bytes in base64url, 43 characters');
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    throw new RangeError('privateKey: is not a key of P-256');
  }
  if (!ecdh.getPublicKey().equals(point)) throw new RangeError('privateKey: does not belong to publicKey');
};
