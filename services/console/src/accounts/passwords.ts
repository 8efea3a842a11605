import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';

/** argon2id, OWASP ASVS 5.0.0 appendix C or above: 64 MiB, 3 passes, 1 lane take about 100 ms of one core. */
const COST = { memoryKib: 65_536, passes: 3, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Hashes computed at the same time: each takes 64 MiB and a thread of libuv's four, which files and DNS need too. */
const CONCURRENT_MAX = 2;
/** Further ones that may wait, some 2.5 s worth; beyond that the caller is told to come back. */
const QUEUE_MAX = 50;
/** Shortest password, characters (ASVS 6.2.1), and longest: hashing cost does not depend on it, reading the body does. */
export const PASSWORD_CHARS = { min: 12, max: 256 } as const;
const RANDOM_PASSWORD_BYTES = 18;

/** More sign-ins at once than can be hashed. */
export class PasswordsBusy extends Error {
  readonly code = 'passwords_busy';
  constructor() {
    super('too many sign-ins at the moment; try again in a few seconds');
    this.name = 'PasswordsBusy';
  }
}

/** Hash of a password in PHC string format: `$argon2id$v=19$m=65536,t=3,p=1$<salt>$<tag>`. @throws PasswordsBusy */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, COST);
  return `$argon2id$v=19$m=${COST.memoryKib},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`;
};

/**
 * Whether a password is the one hashed. A hash of null (no such account) takes as long and is never right, so that the time does not
 * tell which addresses have accounts.
 * @throws PasswordsBusy
 */
export const verifyPassword = async (password: string, hash: string | null): Promise<boolean> => {
  const parsed = PHC.exec(hash ?? NOBODY);
  if (!parsed) return false;
  const [, memoryKib, passes, parallelism, salt, tag] = parsed;
  const cost = { memoryKib: Number(memoryKib), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(tag ?? '', 'base64');
  const derived = await derive(password, Buffer.from(salt ?? '', 'base64'), cost);
  return derived.length === expected.length && timingSafeEqual(derived, expected) && hash !== null;
};

/** A password nobody has to remember: 144 random bits, to be shown once. */
export const randomPassword = (): string => randomBytes(RANDOM_PASSWORD_BYTES).toString('base64url');

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** PHC leaves the padding out. */
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const NOBODY = `$argon2id$v=19$m=${COST.memoryKib},t=${COST.passes},p=${COST.parallelism}$${base64(Buffer.alloc(SALT_BYTES))}$${base64(Buffer.alloc(TAG_BYTES))}`;

type Cost = { memoryKib: number; passes: number; parallelism: number };

const derive = async (password: string, salt: Buffer, cost: Cost): Promise<Buffer> => {
  await turn();
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const parameters: Argon2Parameters = {
        message: Buffer.from(password.normalize('NFKC')),
        nonce: salt,
        parallelism: cost.parallelism,
        tagLength: TAG_BYTES,
        memory: cost.memoryKib,
        passes: cost.passes,
      };
      argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else hashing -= 1;
  }
};

let hashing = 0;
const waiting: (() => void)[] = [];
const turn = async (): Promise<void> => {
  if (hashing < CONCURRENT_MAX) {
    hashing += 1;
    return;
  }
  if (waiting.length >= QUEUE_MAX) throw new PasswordsBusy();
  await new Promise<void>(go => waiting.push(go));
};
