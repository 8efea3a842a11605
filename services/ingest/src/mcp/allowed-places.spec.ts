import { describe, expect, it } from 'vitest';
import { allowedPlaces } from './allowed-places.ts';

const rules = {
  publicUrl: 'https://gate.example',
  consoleUrl: 'https://console.example',
  hosts: ['gate.internal'],
  origins: ['https://app.example'],
};
const refusalOf = (ask: () => void): string | undefined => {
  try {
    ask();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a host', () => {
  const allow = allowedPlaces(rules);
  it.each([
    'gate.example',
    'gate.example:443',
    'GATE.example',
    'gate.internal:7070',
    'localhost:7070',
    '127.0.0.1:7070',
    '[::1]:7070',
    '10.1.2.3',
    '[fd00::1]:80',
  ])('%s is known, or an address', host => expect(refusalOf(() => allow({ host }))).toBeUndefined());
  it.each([
    undefined,
    '',
    'evil.example',
    'gate.example.evil.example',
    'evil.example:7070',
    'user@evil.example',
    'gate.example@evil.example',
    '127.0.0.1.evil.example',
    ' ',
    'a b',
  ])('%j is refused', host => expect(refusalOf(() => allow({ host }))).toBe('host_not_allowed'));
});

describe('an origin', () => {
  const allow = allowedPlaces(rules);
  const host = 'gate.example';
  it.each([undefined, 'https://gate.example', 'https://console.example', 'https://app.example'])('%s may call', origin =>
    expect(refusalOf(() => allow({ host, origin }))).toBeUndefined(),
  );
  it.each([
    'null',
    '',
    'https://evil.example',
    'http://gate.example',
    'https://gate.example:8443',
    'http://localhost:3000',
    'http://10.1.2.3',
    'https://app.example.evil.example',
    'file://',
  ])('%j is refused', origin => expect(refusalOf(() => allow({ host, origin }))).toBe('origin_not_allowed'));
  it('on this machine may call a server on this machine', () => {
    const local = allowedPlaces({ ...rules, publicUrl: 'http://127.0.0.1:7070' });
    expect(refusalOf(() => local({ host: '127.0.0.1:7070', origin: 'http://localhost:6274' }))).toBeUndefined();
    expect(refusalOf(() => local({ host: '127.0.0.1:7070', origin: 'http://evil.example' }))).toBe('origin_not_allowed');
  });
});
