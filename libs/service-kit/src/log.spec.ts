import { newCredential, newWebhookKeys } from '@holdpoint/sealing';
import { describe, expect, it } from 'vitest';
import { openLogger, sayReady, withoutSecrets } from './log.ts';

const linesOf = (write: (logger: ReturnType<typeof openLogger>) => void): Record<string, unknown>[] => {
  const lines: string[] = [];
  write(openLogger({ name: 'sample', level: 'debug', to: { write: line => void lines.push(line) } }));
  return lines.map(line => JSON.parse(line) as Record<string, unknown>);
};

describe('a log line', () => {
  it('is one JSON object with service, level, time and message', () => {
    const [line] = linesOf(logger => logger.info({ port: 7070 }, 'up'));
    expect(line).toMatchObject({ service: 'sample', level: 'info', port: 7070, message: 'up' });
    expect(new Date(line!.time as string).toISOString()).toBe(line!.time);
  });
  it('never holds what stands under a secret’s name, however deep', () => {
    const [line] = linesOf(logger =>
      logger.info(
        {
          authorization: 'a',
          request: { headers: { authorization: 'b', cookie: 'c' } },
          key: { apiKey: 'd' },
          event: { data: { private: 'e' } },
        },
        'x',
      ),
    );
    expect(line).toMatchObject({
      authorization: '[redacted]',
      request: { headers: { authorization: '[redacted]', cookie: '[redacted]' } },
      key: { apiKey: '[redacted]' },
      event: { data: { private: '[redacted]' } },
    });
  });
  it('never holds a credential that an error quotes', () => {
    const secrets = [newCredential('hp_live').token, newCredential('hp_test').token, newCredential('hpo').token];
    const { secret, signingKey } = newWebhookKeys();
    for (const text of [...secrets, secret, signingKey])
      expect(JSON.stringify(linesOf(logger => logger.error({ err: new Error(`refused: ${text}`) }, `for ${text}!`)))).not.toContain(text);
  });
});

it('says that a process is ready at every level', () => {
  const lines: string[] = [];
  for (const level of ['info', 'warn', 'silent'] as const) {
    const logger = openLogger({ name: 'spec', level, to: { write: line => void lines.push(line) } });
    sayReady(logger, { ready: true }, 'it is ready');
    logger.debug('not this one');
  }
  expect(lines.map(line => (JSON.parse(line) as { message: string }).message)).toEqual(['it is ready', 'it is ready', 'it is ready']);
});

describe('text without secrets', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: [redacted]'],
    ['esdb://admin:changeit@db:2113?tls=true', 'esdb://[redacted]@db:2113?tls=true'],
    ['postgres://u:p@host/db', 'postgres://[redacted]@host/db'],
  ])('%s', (text, clean) => expect(withoutSecrets(text)).toBe(clean));
  it('keeps everything else', () => {
    const text = 'approval apr_abc of hp_livestock at https://app.example:8443/a@b was refused';
    expect(withoutSecrets(text)).toBe(text);
  });
});
