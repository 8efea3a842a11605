import type { PageWords } from './page-words.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => ESCAPES[character]!);

export type PageButton = { verb: string; label: string; strong: boolean };
/** A text in the language of the page, or in another one. */
export type PageLine = string | { text: string; language: string };
/** A page without scripts, pictures or anything from elsewhere. Every text is plain and escaped here. */
export type Page = {
  status: number;
  /** What all of our own words are in, and where they come from here. */
  words: PageWords;
  title: string;
  /** Our own words, a paragraph each. */
  lines: readonly PageLine[];
  /** What the agent wrote. */
  fields: readonly { label: string; text: string; cut: boolean }[];
  /** Absent where there is nothing to send. */
  form?: { nonce: string; buttons: readonly PageButton[]; asksNote: boolean };
  link?: { label: string; url: string };
};

/** Longest note that a page takes, characters, as everywhere. */
const NOTE_CHARS_MAX = 4_000;

/** @param styleNonce of this answer's Content-Security-Policy */
export const pageHtml = ({ words, title, lines, fields, form, link }: Page, styleNonce: string): string => `<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escapeHtml(title)} · Holdpoint</title>
<style nonce="${styleNonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${lines.map(lineHtml).join('\n')}
${fields.length === 0 ? '' : fieldsHtml(words, fields)}
${form === undefined ? '' : formHtml(words, form)}
${link === undefined ? '' : `<p><a href="${escapeHtml(link.url)}" rel="noreferrer">${escapeHtml(link.label)}</a></p>`}
</main>
</body>
</html>
`;

const lineHtml = (line: PageLine): string =>
  typeof line === 'string' ? `<p>${escapeHtml(line)}</p>` : `<p lang="${escapeHtml(line.language)}">${escapeHtml(line.text)}</p>`;

const fieldsHtml = ({ agent }: PageWords, fields: Page['fields']): string => `<section aria-labelledby="agent">
<h2 id="agent">${escapeHtml(agent.heading)}</h2>
<dl>
${fields.map(({ label, text, cut }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}${cut ? ` <em>[${escapeHtml(agent.cut)}]</em>` : ''}</dd>`).join('\n')}
</dl>
</section>`;

const formHtml = ({ reason }: PageWords, { nonce, buttons, asksNote }: NonNullable<Page['form']>): string => `<form method="post">
<input type="hidden" name="nonce" value="${escapeHtml(nonce)}">
${asksNote ? `<label for="note">${escapeHtml(reason)}</label>\n<textarea id="note" name="note" rows="3" maxlength="${NOTE_CHARS_MAX}"></textarea>` : ''}
<div class="buttons">
${buttons.map(({ verb, label, strong }) => `<button name="verb" value="${escapeHtml(verb)}"${strong ? ' class="strong"' : ''}>${escapeHtml(label)}</button>`).join('\n')}
</div>
</form>`;

const STYLE = `
:root { color-scheme: light dark; --ink: #17202c; --soft: #5b6472; --line: #c9ced6; --paper: #ffffff; --fill: #17202c; --on: #ffffff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #a3acba; --line: #46505f; --paper: #12161c; --fill: #e8ebf0; --on: #12161c } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 20px 16px 40px }
h1 { font-size: 1.25rem; line-height: 1.3; overflow-wrap: anywhere }
h2 { margin: 24px 0 8px; font-size: .875rem; font-weight: 600; color: var(--soft) }
p, dd { overflow-wrap: anywhere }
dl { margin: 0; border-left: 3px solid var(--line); padding-left: 12px }
dt { font-size: .875rem; color: var(--soft) }
dd { margin: 0 0 12px; white-space: pre-wrap }
form { margin: 24px 0 }
label { display: block; margin-bottom: 4px; font-size: .875rem; color: var(--soft) }
textarea { width: 100%; padding: 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); font: inherit }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px }
button { flex: 1 1 8rem; min-height: 44px; padding: 8px 16px; border: 1px solid var(--fill); border-radius: 6px; background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; cursor: pointer }
button.strong { background: var(--fill); color: var(--on) }
a { color: var(--ink) }
:focus-visible { outline: 3px solid #3b82f6; outline-offset: 2px }
`;
