import { ProblemError } from '@holdpoint/service-kit';
import { PASSWORD_CHARS } from './passwords.ts';

/** Fewer different characters are a pattern, whatever its length. */
const DIFFERENT_MIN = 5;
/** What people take when twelve characters are asked for: twelve and more of the usual lists. Compared without case and digits at the end. */
const COMMON = new Set([
  'passwordpassword',
  'password',
  'passw0rdpassw0rd',
  'adminadminadmin',
  'administrator',
  'changemechangeme',
  'letmeinletmein',
  'iloveyouiloveyou',
  'qwertyqwerty',
  'qwertyuiop',
  'qwertyuiopasdfghjkl',
  'qwertyuiopasdf',
  'asdfghjklqwertyuiop',
  'zaqxswcdevfr',
  'correcthorsebatterystaple',
  'welcomewelcome',
  'trustnotrustno',
  'sunshinesunshine',
  'princessprincess',
  'footballfootball',
  'holdpointholdpoint',
]);

/**
 * Whether a password may be taken (OWASP ASVS 5.0.0, 6.2): long enough, no pattern, none of the usual ones, not the person's own name or address.
 * Nothing is asked of its composition.
 * @param pointer where it stands in the body
 * @throws ProblemError 422 naming the field
 */
export const assertGoodPassword = (password: string, email: string, pointer = '/password'): void => {
  const detail = faultOf(password, email);
  if (detail !== null) throw new ProblemError('weak_password', 422, `The password ${detail}.`, { errors: [{ pointer, detail }] });
};

const faultOf = (password: string, email: string): string | null => {
  const folded = password.normalize('NFKC').toLowerCase();
  const bare = folded.replace(/[\d\s!?.]+$/, '').replace(/[\s_-]/g, '');
  const local = email.toLowerCase().split('@', 1)[0] ?? '';
  if ([...password].length < PASSWORD_CHARS.min) return `needs ${PASSWORD_CHARS.min} characters at least`;
  if (new Set(folded).size < DIFFERENT_MIN || isRun(folded)) return 'is a pattern; take a few words instead';
  if (COMMON.has(bare)) return 'is one that many people use';
  if (folded.includes(email.toLowerCase()) || (local.length >= DIFFERENT_MIN && bare === local)) return 'is your own address';
  return null;
};

/** `123456789012`, `abcdefghijkl`: every character follows the one before. */
const isRun = (text: string): boolean => {
  const codes = [...text].map(character => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  const follows = (code: number, index: number) =>
    index === 0 || code - (codes[index - 1] ?? 0) === step || (code === 48 && codes[index - 1] === 57);
  return Math.abs(step) <= 1 && codes.every(follows);
};
