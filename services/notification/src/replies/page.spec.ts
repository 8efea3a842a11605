import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PAGE_WINDOW_MS, pageNonceOf } from '../handles.ts';
import { isFromOurPage, isNonceOf, readForm } from './page-answer.ts';
import { escapeHtml, pageHtml, type Page } from './page-html.ts';
import { pageWordsIn } from './page-words.ts';

const page = (more: Partial<Page> = {}): Page => ({
  status: 200,
  words: pageWordsIn('en', undefined),
  title: 'issue_refund (low risk)',
  lines: ['You decide as Ada.'],
  fields: [{ label: 'Summary', text: 'Broken.', cut: false }],
  form: { nonce: 'abc', buttons: [{ verb: 'approve', label: 'Approve', strong: true }], asksNote: true },
  link: { label: 'Open the console', url: 'https://approvals.example.test/' },
  ...more,
});

describe('a page', () => {
  it('works without scripts, pictures or anything from elsewhere, and can be used by everybody', () => {
    const html = pageHtml(page(), 'n0nce');
    expect(html).not.toMatch(/<script|<img|<link|@import|url\(|javascript:|\son\w+=/i);
    for (const part of [
      'lang="en"',
      'name="viewport"',
      '<main>',
      '<h1>',
      '<label for="note">',
      'prefers-color-scheme: dark',
      'noindex',
      '<style nonce="n0nce">',
      'method="post"',
    ])
      expect(html).toContain(part);
  });

  it('shows every text as text, whoever wrote it', () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='x'>&amp;`;
    const html = pageHtml(
      page({
        title: hostile,
        lines: [hostile],
        fields: [{ label: hostile, text: hostile, cut: true }],
        form: { nonce: hostile, buttons: [{ verb: hostile, label: hostile, strong: false }], asksNote: true },
        link: { label: hostile, url: hostile },
      }),
      'n',
    );
    expect(html).not.toMatch(/<script|<img|onerror='/);
    expect(html.split(escapeHtml(hostile)).length).toBeGreaterThan(8);
  });

  it('names its language, and that of a line in another one', () => {
    const html = pageHtml(
      page({ words: pageWordsIn('de', undefined), lines: ['Gut.', { text: 'It is <on hold>.', language: 'en' }] }),
      'n',
    );
    expect(html).toContain('<html lang="de">');
    expect(html).toContain('<p>Gut.</p>\n<p lang="en">It is &lt;on hold&gt;.</p>');
    expect(html).toContain('Vom Agenten geschrieben, ungeprüft');
    expect(html).toContain('Grund, wenn Sie ablehnen.');
  });

  it('says that a text was cut, and has no form where nothing is to be decided', () => {
    expect(pageHtml(page({ fields: [{ label: 'a', text: 'b', cut: true }] }), 'n')).toContain('all of it is in the console');
    const { form: _form, ...over } = page();
    expect(pageHtml(over, 'n')).not.toContain('<form');
  });
});

describe('a form', () => {
  const ours = 'https://notify.example.test';

  it.each([
    [{ origin: ours, 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: ours }, true],
    [{ origin: 'null' }, true],
    [{}, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: ours, 'sec-fetch-site': 'same-site' }, false],
    [{ origin: ours, 'sec-fetch-site': 'none' }, false],
    [{ origin: `${ours}.evil.example`, 'sec-fetch-site': 'same-origin' }, false],
  ])('with %j is from our page: %s', (headers, is) => {
    expect(isFromOurPage(headers, `${ours}/holdpoint`)).toBe(is);
  });

  it('is read from a form body only', () => {
    const body = Buffer.from('nonce=n&verb=reject&note=+too+much%0D%0A');
    const type = 'application/x-www-form-urlencoded';
    expect(readForm({ headers: { 'content-type': `${type}; charset=UTF-8` }, body })).toEqual({
      nonce: 'n',
      verb: 'reject',
      note: 'too much',
    });
    expect(readForm({ headers: { 'content-type': 'text/plain' }, body })).toBeNull();
    expect(readForm({ headers: { 'content-type': type }, body: undefined })).toBeNull();
    expect(readForm({ headers: { 'content-type': type }, body: Buffer.from('') })).toEqual({ nonce: '', verb: '', note: '' });
  });

  it('counts for its page, for a while', () => {
    const key = createSecretKey(Buffer.alloc(32, 7));
    const nonce = pageNonceOf(key, 'handle', 1_000);
    expect(isNonceOf(key, 'handle', nonce, PAGE_WINDOW_MS)).toBe(true);
    expect(isNonceOf(key, 'handle', nonce, 2 * PAGE_WINDOW_MS)).toBe(false);
    expect(isNonceOf(key, 'another', nonce, 1_000)).toBe(false);
    expect(isNonceOf(key, 'handle', '', 1_000)).toBe(false);
  });
});
