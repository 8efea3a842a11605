import { createECDH } from 'node:crypto';
import type { VapidKeys } from '@holdpoint/sealing';

const POINT_BYTES = 65;
const SCALAR_BYTES = 32;

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
