import { createHmac, type KeyObject } from 'node:crypto';
import type { MessageHandle } from '@holdpoint/contracts';
import { base32, canonicalJson, sha256Hex } from '@holdpoint/sealing';

/** Names the key of everything below, for `keyFor`. */
export const HANDLES_PURPOSE = 'channel-handles';

/**
 * What a handle or code stands for: one thing one person may say about what they were shown. Derived from it with a key, a message that is sent
 * again carries the same handles, and nothing that works ever has to be stored.
 */
export type Binding = {
  approvalId: string;
  attemptId: string;
  operatorId: string;
  verb: MessageHandle['verb'];
  stepIndex: number;
  /** Revision of the approval that was shown. */
  shownRevision: number;
};

/** 128 bits of an HMAC-SHA256: base32 makes 26 characters of them. */
const MAC_BYTES = 16;
/** `hp1`, the approval's 26 characters, 26 of the HMAC. */
const HANDLE = /^hp1([a-z2-7]{26})([a-z2-7]{26})$/;
const TOKEN = /^([a-z2-7]{26})([a-z2-7]{26})$/;

/** A key object, made once: one from bytes is made anew for every MAC, which costs six times the MAC. Canonical JSON keeps the members apart; the first says what is derived, so that one thing never passes for another. */
const mac = (key: KeyObject, what: string, of: unknown): Buffer =>
  createHmac('sha256', key)
    .update(canonicalJson([what, of]))
    .digest();
const mac26 = (key: KeyObject, what: string, of: unknown): string => base32(mac(key, what, of).subarray(0, MAC_BYTES));

/** @returns `hp1` and 52 characters a–z, 2–7: 55 in all, within Telegram's 64 bytes of callback data */
export const handleOf = (key: KeyObject, { approvalId, attemptId, operatorId, verb, stepIndex, shownRevision }: Binding): string =>
  `hp1${approvalId.slice('apr_'.length)}${mac26(key, 'handle', { approvalId, attemptId, operatorId, verb, stepIndex, shownRevision })}`;

/** SHA-256 of a handle: what the log keeps of it. It has 128 unknown bits, so nothing slower is needed. */
export const hashOf = (handle: string): string => sha256Hex(handle);

/** @returns where the handle points and its hash; null when it has no such form. Says nothing about whether it was ever given out. */
export const parseHandle = (text: string): { approvalId: string; hash: string } | null => {
  const [, approval] = HANDLE.exec(text) ?? [];
  return approval === undefined ? null : { approvalId: `apr_${approval}`, hash: hashOf(text) };
};

/** 31 characters of which none is taken for another, read or heard: no 0 O, 1 I L. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
export const CODE_CHARS = 5;

/**
 * A short code for channels without buttons, about 25 bits: only ever asked of its own person, who has few open ones, and locked after a few
 * wrong ones.
 * @param counter 0, or the next number while that person has the same code open for something else
 */
export const replyCodeOf = (
  key: KeyObject,
  { approvalId, attemptId, operatorId, stepIndex, shownRevision }: Omit<Binding, 'verb'>,
  counter: number,
): string => {
  let rest = mac(key, 'reply code', { approvalId, attemptId, operatorId, stepIndex, shownRevision, counter }).readBigUInt64BE();
  let code = '';
  while (code.length < CODE_CHARS) {
    code += CODE_ALPHABET[Number(rest % 31n)]!;
    rest /= 31n;
  }
  return code;
};

/** What the log keeps of a code: keyed, because all codes could be tried against a plain hash within seconds. 64 hexadecimal characters. */
export const codeHashOf = (key: KeyObject, operatorId: string, code: string): string =>
  mac(key, 'code hash', { operatorId, code: code.toUpperCase() }).toString('hex');

/** One enrolment: the same address enrolled again has another code and token. */
export type EnrolmentBinding = { operatorId: string; addressId: string; startedAt: string };

/** @returns six digits to be sent to the address and typed into the console */
export const verificationCodeOf = (key: KeyObject, { operatorId, addressId, startedAt }: EnrolmentBinding): string =>
  String(mac(key, 'verification code', { operatorId, addressId, startedAt }).readBigUInt64BE() % 1_000_000n).padStart(6, '0');

/** @returns 52 characters a–z, 2–7, the first half naming the address: opened or sent from the account that is to be proved */
export const enrolmentTokenOf = (key: KeyObject, { operatorId, addressId, startedAt }: EnrolmentBinding): string =>
  addressId.slice('adr_'.length) + mac26(key, 'enrolment', { operatorId, addressId, startedAt });

/** @returns the address the token names; null when it has no such form */
export const parseEnrolmentToken = (token: string): { addressId: string } | null => {
  const [, address] = TOKEN.exec(token) ?? [];
  return address === undefined ? null : { addressId: `adr_${address}` };
};

/** How long a page may lie open before its form is refused, milliseconds; at most twice that, since a window's end may come soon. */
export const PAGE_WINDOW_MS = 900_000;

/** Stands in the form of a page and shows that whoever sends it has read the page: bound to the page's secret and to a window of time. */
export const pageNonceOf = (key: KeyObject, secret: string, nowMs: number): string =>
  mac26(key, 'page', { secret, window: Math.floor(nowMs / PAGE_WINDOW_MS) });
