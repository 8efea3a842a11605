import { Holdpoint } from '@holdpoint/sdk';
import {
  joinByInvitation,
  startAssistantsFake,
  startCallbackReceiver,
  startSmtpCatcher,
  type CallbackReceiver,
  type SmtpCatcher,
} from '@holdpoint/testing';
import OpenAI from 'openai';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { demoModel } from './assistant.ts';
import { demoPolicy, TIMEOUT_SCENE_DEADLINE_SEC } from './demo-policy.ts';
import { type OperatorsApi, operatorsApi } from './operators-api.ts';

/** A Holdpoint of the demo's own, and what stands for the outside world. */
export type World = {
  stack: FreeStack;
  openai: OpenAI;
  holdpoint: Holdpoint;
  api: OperatorsApi;
  mail: SmtpCatcher;
  app: CallbackReceiver;
  close(): Promise<void>;
};

/**
 * The outside world (run API, mail server, the app's callback address) and a Holdpoint of its own, set up through the operators' API.
 * @param alertsByMail whether the installation itself has a mail server, so that everybody is told by e-mail
 */
export const openWorld = async ({ say, alertsByMail }: { say: (line?: string) => void; alertsByMail: boolean }): Promise<World> => {
  const found = findOrInstall('nats-server', 'nats-server', say);
  if ('missing' in found) say(`${found.missing}\nThe demo runs on the in-process transport.`);
  const [fake, mail, app] = await Promise.all([startAssistantsFake({ model: demoModel }), startSmtpCatcher(), startCallbackReceiver()]);
  const stack = await startFreeStack({
    mode: 'all-in-one',
    natsServer: 'path' in found ? found.path : null,
    env: {
      ...(alertsByMail ? { NOTIFICATION_SMTP_URL: mail.url, NOTIFICATION_EMAIL_FROM: 'Holdpoint <holdpoint@example.test>' } : {}),
      HOLDPOINT_DEADLINE_SEC_MIN: String(TIMEOUT_SCENE_DEADLINE_SEC),
    },
    say,
  });
  const { credentials } = stack;
  const api = operatorsApi(stack.consoleUrl, credentials.personalAccessToken);
  await api.post('/api/policies', { document: demoPolicy, activate: true });
  await api.post('/api/connections', { id: 'demo_assistants', provider: 'openai.assistants', baseUrl: fake.baseUrl, apiKey: fake.apiKey });
  await joinByInvitation({
    consoleUrl: stack.consoleUrl,
    token: credentials.personalAccessToken,
    email: 'sam.senior@example.test',
    name: 'Sam Senior',
    roles: ['senior'],
    ...(alertsByMail ? { mail } : {}),
  });
  return {
    stack,
    openai: new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 }),
    holdpoint: new Holdpoint({
      baseUrl: stack.ingestUrl,
      apiKey: credentials.apiKey,
      webhookSecret: credentials.webhookSecret,
      publicKey: credentials.webhookPublicKey,
    }),
    api,
    mail,
    app,
    close: async () => {
      await app.close();
      await mail.close();
      await stack.stop();
    },
  };
};
