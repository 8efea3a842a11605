import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a page. */
export type Snippet = { page: string; language: string; text: string };

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every fenced block of a page that names its language, in order; those within a list are indented and come without that. */
export const snippetsIn = (page: string): Snippet[] =>
  [...readFileSync(root + page, 'utf8').matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      page,
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );

/** The block of a page in a language that has these words in it. */
export const snippet = (page: string, language: string, has: string): string => {
  const found = snippetsIn(page).find(each => each.language === language && each.text.includes(has));
  if (found === undefined) throw new Error(`${page} shows no ${language} with ${has}`);
  return found.text;
};

/** The commands of a block, without what stands behind `#`. */
export const commandsIn = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.replace(/\s+#\s.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'));

/** The words of a command line as a shell reads them: quoted ones are one. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
