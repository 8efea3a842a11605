import { createECDH } from 'node:crypto';
import { add, taken, type DemoChannel } from './demo-channel.ts';

/** As `npx web-push generate-vapid-keys` makes them. */
const vapidKeys = () => {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys('base64url');
  return {
    publicKey,
    privateKey: ecdh.getPrivateKey().toString('base64').padStart(44, 'A').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
  };
};

let subscribedWith = '';

export const push: DemoChannel = {
  displayName: 'Browser notifications',
  settings: ({ fakes }) => {
    const keys = vapidKeys();
    subscribedWith = keys.publicKey;
    return { ...keys, subject: 'mailto:ops@example.com', extraHosts: [new URL(fakes.origin).host] };
  },
  enrol: async stage => {
    const { endpoint, keys } = stage.fakes.push.subscribe(stage.fakes.origin, subscribedWith);
    await add(stage, 'push', { address: endpoint, keys });
  },
  alerted: ({ fakes, consoleUrl, owner }, approvalId) => {
    const shown = fakes.push.messages.findLast(({ payload }) => JSON.stringify(payload).includes(approvalId));
    if (shown === undefined) return null;
    const json = { 'content-type': 'application/json', origin: consoleUrl };
    return async () => {
      const signedIn = await fetch(`${consoleUrl}/api/sign-in`, { method: 'POST', headers: json, body: JSON.stringify(owner) });
      const cookie = signedIn.headers
        .getSetCookie()
        .map(set => set.split(';')[0])
        .join('; ');
      await taken(fetch(`${consoleUrl}/api/approvals/${approvalId}/approve`, { method: 'POST', headers: { ...json, cookie }, body: '{}' }));
    };
  },
  answers: 'clicks the notification and approves in the console that it opens',
};
