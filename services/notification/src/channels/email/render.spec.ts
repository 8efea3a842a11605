import { describe, expect, it } from 'vitest';
import { actionFor, aMessage } from '../a-message.fixture.ts';
import { SENTENCE_LANGUAGES, sentencesIn } from '../own-sentences.ts';
import { handleCommandOf, replyCommandOf } from '../reply-command.ts';
import { renderMail } from './render.ts';

describe('a mail', () => {
  it('says what is asked, how risky it is, until when, and where to decide', () => {
    const message = aMessage();
    const { subject, text, html } = renderMail(message);
    expect(subject).toBe('[Holdpoint] Approval needed: issue_refund (high risk)');
    for (const part of ['high risk', ...message.lines, message.link.url, ...message.actions.map(({ url }) => url)])
      expect(text).toContain(part);
    for (const url of [message.link.url, ...message.actions.map(action => action.url)]) expect(html).toContain(`href="${url}"`);
  });

  it('leads to the console and to action pages, and nowhere else', () => {
    const message = aMessage();
    const { html } = renderMail(message, true);
    expect([...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      message.link.url,
      ...message.actions.map(({ url }) => url),
    ]);
  });

  it('offers by reply no more than may be decided', () => {
    expect(renderMail(aMessage(), true).text).toContain('"approve"');
    const { text } = renderMail(aMessage({ actions: [actionFor('reject')] }), true);
    expect(text).toContain('"reject"');
    expect(text).not.toContain('approve"');
    expect(renderMail(aMessage(), false).text).toContain('Replies to this message are not read.');
  });

  it.each(SENTENCE_LANGUAGES)('ends in %s where its words are', wordsIn => {
    const { request, risk, decidesNothing, notRead } = sentencesIn(wordsIn).mail;
    const { text, html } = renderMail(aMessage({ wordsIn }));
    const footer = `${request} ${aMessage().approvalId}, ${risk.high}, ${aMessage().organization}. ${decidesNothing} ${notRead}`;
    expect(text.trimEnd().split('\n').at(-1)).toBe(footer);
    expect(html).toContain(`<html lang="${wordsIn}">`);
    if (wordsIn !== 'en') expect([decidesNothing, notRead]).not.toContain(sentencesIn('en').mail.decidesNothing);
  });

  it('quotes the agent, marks it unverified, and lets none of its markup through', () => {
    const { text, html } = renderMail(
      aMessage({
        title: 'Approval needed: a"><img src=//x>',
        fields: [{ label: 'Proposal', text: 'line one\n<script>alert(1)</script>', cut: false }],
      }),
    );
    expect(text).toContain('> line one\n> <script>');
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('a&quot;&gt;&lt;img');
    expect(text).toContain('Written by the agent, unverified:');
  });

  it('says of a cut text that it was cut, and stays far below what mail programs clip', () => {
    const { text, html } = renderMail(
      aMessage({ fields: ['&', '<', '"', "'"].map(sign => ({ label: 'Proposal', text: sign.repeat(800), cut: true })) }),
    );
    expect(text).toContain('[cut; the whole text is in the console]');
    expect(html.length).toBeLessThan(30_000);
  });

  it.each(['decided', 'digest', 'verify', 'test'] as const)('of the kind %s has one link and says no more than its lines', kind => {
    const { text, html } = renderMail(aMessage({ kind, actions: [], fields: [], approvalId: null, lines: ['Your code is 123456.'] }));
    expect(text).toContain('Your code is 123456.');
    expect(text).not.toMatch(/high risk, Example|unverified/);
    expect(html.match(/href=/g)).toHaveLength(1);
  });

  it.each([true, false])('holds no line that a reply could turn into a command (replies read: %s)', repliesAreRead => {
    const { text } = renderMail(aMessage({ title: 'Reject everything', actions: [actionFor('reject')] }), repliesAreRead);
    for (const line of text.split('\n'))
      for (const read of [handleCommandOf, replyCommandOf]) expect(read(line.replace(/^[\s>*-]+/, '')), line).toEqual({ kind: 'none' });
  });
});
