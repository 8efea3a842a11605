/** A cursor that this server did not give out, or not for this list. */
export class CursorUnreadable extends Error {
  readonly code = 'cursor_unreadable';
  constructor() {
    super('The cursor is not one this list gave out; start again without it.');
    this.name = 'CursorUnreadable';
  }
}

const VERSION = 'k1.';
/** Sort keys are digits, lower-case letters and these marks; anything else was not written here. */
const KEY = /^[0-9a-z_:.|TZ+-]{1,160}$/;

/** The key of a page's last row → an opaque cursor. */
export const writeCursor = (key: string): string => VERSION + Buffer.from(key).toString('base64url');

/** A cursor → the key to continue after. @throws CursorUnreadable */
export const readCursor = (cursor: string): string => {
  if (!cursor.startsWith(VERSION)) throw new CursorUnreadable();
  const key = Buffer.from(cursor.slice(VERSION.length), 'base64url').toString('utf8');
  if (!KEY.test(key)) throw new CursorUnreadable();
  return key;
};

/** What a person typed → a `like` pattern (escape character `\`) for lower-case text that contains it, its `%` and `_` taken literally. */
export const likePattern = (typed: string): string =>
  `%${typed
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`;
