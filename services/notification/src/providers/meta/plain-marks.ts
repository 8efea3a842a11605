/** Our own links; an agent's have lost their `://` by now. */
const LINK = /(https?:\/\/\S+)/;

/**
 * Takes away what WhatsApp and Messenger would read as markup (`*bold*`, `_italic_`, `~struck~`, backticks, quotes, lists) or as a mention.
 * Neither has a way to escape, so each mark becomes the character that looks most like it, one for one: lengths stay. An underscore within a
 * word is no markup there and stays, as names of actions are full of them. Links stay whole.
 */
export const plainMarks = (text: string): string =>
  text
    .split(LINK)
    .map((part, index) => (index % 2 === 1 ? part : withoutMarks(part)))
    .join('');

const withoutMarks = (text: string): string =>
  text
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replace(/(?<![\p{L}\p{N}])@/gu, '＠')
    .replace(/^(\s*)>/gm, '$1›')
    .replace(/^(\s*)-(?= )/gm, '$1–');
