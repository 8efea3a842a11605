import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { accessDenied, unauthenticated } from './refusals.ts';

/** The one account of the store. Clients send it only over TLS. */
export type Credentials = { username: string; password: string };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Checks the basic-auth header of a call in constant time.
 * @param credentials undefined when the store is open (loopback, first run): every call may pass.
 */
export const authorizer = (credentials: Credentials | undefined) => {
  const expected = credentials === undefined ? undefined : digest(`${credentials.username}:${credentials.password}`);
  return (call: { metadata: Metadata }): ServiceError | undefined => {
    if (expected === undefined) return undefined;
    const header = String(call.metadata.get('authorization')[0] ?? '');
    if (header === '')
      return accessDenied('Access Denied: this event store asks for a user name and password. Put them into the connection string.');
    const sent = header.toLowerCase().startsWith('basic ') ? Buffer.from(header.slice(6), 'base64').toString('utf8') : '';
    return timingSafeEqual(digest(sent), expected) ? undefined : unauthenticated();
  };
};
