import { createECDH } from 'node:crypto';

/** A key pair for VAPID (RFC 8292), base64url: the point, 65 bytes, and the scalar, 32 bytes. */
export type VapidKeys = { publicKey: string; privateKey: string };

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
