import { randomBytes } from 'node:crypto';
import { mailReply } from '@holdpoint/testing';
import { add, arrives, must, taken, type DemoChannel } from './demo-channel.ts';

const OWNER = 'owner@alerts.example.test';
const AUTHSERV_ID = 'mx.example.test';
const INBOUND_SECRET = randomBytes(24).toString('hex');

/** Text of a mail without the soft line breaks that quoted-printable puts into long links. */
const unfolded = (raw: string): string => raw.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');

export const email: DemoChannel = {
  displayName: 'E-mail',
  settings: ({ mail }) => ({
    smtpUrl: mail.url,
    from: 'Holdpoint <holdpoint@example.test>',
    replyDomain: 'reply.example.test',
    inboundSecret: INBOUND_SECRET,
    authservId: AUTHSERV_ID,
  }),
  enrol: async stage => {
    await add(stage, 'email', { address: OWNER });
    const url = await arrives('the mail with the link', () =>
      stage.mail.messages.map(({ raw }) => /https?:\/\/\S+\/confirm\/[\w.-]+/.exec(unfolded(raw))?.[0]).find(Boolean),
    );
    // Opening the link confirms nothing; pressing the button of its page does.
    const page = await (await fetch(url)).text();
    const nonce = must(/name="nonce" value="([^"]+)"/.exec(page)?.[1], 'form on the page behind the link');
    const form = new URLSearchParams({ nonce, verb: 'confirm' });
    await taken(fetch(url, { method: 'POST', headers: { origin: new URL(url).origin }, body: form }));
  },
  alerted: ({ mail }, approvalId, hookUrl) => {
    const alert = mail.messages.find(({ to, raw }) => to.includes(OWNER) && unfolded(raw).includes(approvalId) && /^Reply-To:/m.test(raw));
    if (alert === undefined) return null;
    const body = mailReply(alert.raw, { from: `Owner <${OWNER}>`, text: 'Approve', authservId: AUTHSERV_ID });
    const headers = { 'content-type': 'message/rfc822', authorization: `Bearer ${INBOUND_SECRET}` };
    return () => taken(fetch(hookUrl, { method: 'POST', headers, body }));
  },
  answers: 'replies “Approve”',
};
