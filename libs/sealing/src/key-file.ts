import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Thrown when a key cannot be used as it is; the message says what to change and never shows the key. */
export class KeyUnusable extends Error {
  readonly code = 'key_unusable';
  constructor(message: string) {
    super(message);
    this.name = 'KeyUnusable';
  }
}

/** Permission bits of group and others: a key file may have none of them. */
const OTHERS_MASK = 0o077;

/**
 * Reads a key file, and creates it first when there is none (mode 0600). Several processes may start at once: they all end with the same key.
 * @param make gives the content of a new file
 * @returns the file's text
 * @throws KeyUnusable when others than the owner may read it
 */
export const readOrCreateKeyFile = (file: string, make: () => string): string => {
  const existing = readKeyFile(file);
  if (existing !== null) return existing;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, make(), { mode: 0o600, flush: true });
  try {
    // link() fails when the name is taken, so a complete file appears at once and never replaces another process's key.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readKeyFile(file) ?? '';
};

const readKeyFile = (file: string): string | null => {
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & OTHERS_MASK) !== 0)
      throw new KeyUnusable(`${file} can be read by other users; run: chmod 600 ${file}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
