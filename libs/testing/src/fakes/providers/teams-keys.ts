import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Json } from './teams-shapes.ts';

/** A key that signs what Teams sends. */
export type Key = { privateKey: KeyObject; kid: string; jwk: Json };
const keyPair = (kid: string): Key => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return { privateKey, kid, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
};

/** Made when they are first needed: a key of RSA takes its time, and most specs have nothing to do with Teams. `other` only claims to be `own`. */
export const keyRing = () => {
  const made = new Map<string, Key>();
  return {
    of: (name: 'own' | 'unendorsed' | 'other'): Key => {
      const key = made.get(name) ?? keyPair(name === 'other' ? 'own' : name);
      made.set(name, key);
      return key;
    },
  };
};

/** @returns a token in compact form */
export const jwt = ({ privateKey, kid }: Key, claims: Json): string => {
  const part = (json: Json): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
};
