import { SESSION_SEC } from './sessions.ts';

/** `__Host-` binds the cookie to this host and to https; browsers refuse the prefix without Secure, so plain http has a plain name. */
const nameFor = (secure: boolean): string => (secure ? '__Host-holdpoint' : 'holdpoint');
/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** `set-cookie` that begins a session; an empty token ends it. @param secure whether people reach the console by https. */
export const sessionCookie = (token: string, secure: boolean): string =>
  [
    `${nameFor(secure)}=${token}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${token === '' ? 0 : SESSION_SEC.absolute}`,
    ...(secure ? ['Secure'] : []),
  ].join('; ');

/** The session token in a `cookie` header, or null. */
export const readSessionCookie = (header: string | undefined, secure: boolean): string | null => {
  const prefix = `${nameFor(secure)}=`;
  const value = header
    ?.split(';')
    .map(part => part.trim())
    .find(part => part.startsWith(prefix))
    ?.slice(prefix.length);
  return value !== undefined && TOKEN.test(value) ? value : null;
};
