import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 256 random bits in base64url, 43 characters: of a session, a link, or something that was begun. */
export const newSecretToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** What is stored of a token. One fast hash is enough: nobody guesses 256 random bits (OWASP ASVS 5.0.0, 6.5.2). */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
