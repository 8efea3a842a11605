import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** RFC 6238 with what every authenticator app takes: SHA-1, six digits, steps of 30 s (ASVS 5.0.0, 6.5.5). */
const STEP_SEC = 30;
const DIGITS = 6;
/** One step before and after: the phone's clock may differ that much (RFC 6238 §5.2). */
const DRIFT_STEPS = 1;
/** As long as the hash, as RFC 4226 §4 recommends. */
const SECRET_BYTES = 20;
const CODE = /^[0-9]{6}$/;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const newTotpSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** The number of the step an instant lies in. @param nowMs milliseconds since 1970 */
export const stepAt = (nowMs: number): number => Math.floor(nowMs / 1_000 / STEP_SEC);

/** The code of a step: dynamic truncation of HMAC-SHA-1 (RFC 4226 §5.3). */
export const totpCode = (secret: Uint8Array, step: number, digits = DIGITS): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0');
};

/**
 * The step a code belongs to, near an instant and after `lastStep`; null for a wrong code and for one that was taken before. All steps are
 * tried whatever fits, so the time says nothing.
 */
export const stepOfCode = (secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | null => {
  if (!CODE.test(code)) return null;
  let found: number | null = null;
  for (let step = stepAt(nowMs) - DRIFT_STEPS; step <= stepAt(nowMs) + DRIFT_STEPS; step += 1)
    if (timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code)) && step > lastStep) found = step;
  return found;
};

/** Base32 without padding (RFC 4648), as authenticator apps read it. */
export const base32Of = (bytes: Uint8Array): string => {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map(five => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
};

/** The key in the form apps scan or open (Google Authenticator's Key Uri Format). */
export const totpUri = (secret: Uint8Array, issuer: string, account: string): string => {
  const query = new URLSearchParams({ secret: base32Of(secret), issuer });
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${query.toString().replaceAll('+', '%20')}`;
};
