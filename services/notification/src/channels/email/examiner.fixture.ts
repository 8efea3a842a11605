import { over, type Examiner } from '../examiner.fixture.ts';
import { handleCommandOf, replyCommandOf } from '../reply-command.ts';
import { renderMail, type Mail } from './render.ts';

const unescape = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** Where Gmail begins to hide the rest of a mail, bytes. */
const CLIP_BYTES = 102_400;

export const examiner: Examiner = {
  configs: [
    {
      smtpUrl: 'smtp://user:CANARY@mail.example.test',
      from: 'Holdpoint <approvals@example.test>',
      replyDomain: 'reply.example.test',
      inboundSecret: 'CANARY-0123456789abcdef0123',
      authservId: 'mx.example.test',
    },
    { smtpUrl: 'smtp://user:CANARY@mail.example.test', from: 'approvals@example.test' },
  ],
  addresses: ['ada@example.test', 'Ada.L+x@example.test'],
  forms: { 'a mail that can be replied to': message => renderMail(message, true) },
  examine: rendered => {
    const { subject, text, html } = rendered as Mail;
    const tags = html.match(/<[^>]*>/g) ?? [];
    const urls = tags.flatMap(tag => /\bhref="([^"]*)"/.exec(tag)?.[1] ?? []).map(unescape);
    return {
      shown: [subject, text, ...html.split(/<[^>]*>/).map(unescape)],
      urls,
      handles: [],
      alive: [
        ...tags.map(tag => tag.replace(/href="[^"]*"/, 'href')),
        ...text.split('\n').filter(line => handleCommandOf(line).kind !== 'none' || replyCommandOf(line).kind !== 'none'),
      ],
      // RFC 5322: a header line has at most 998 characters; nodemailer folds, so this is about the whole subject.
      exceeded: [
        ...over('subject', subject.length, 998),
        ...over('html', Buffer.byteLength(html), CLIP_BYTES),
        ...(/[\r\n]/.test(subject) ? ['lines'] : []),
      ],
    };
  },
};
