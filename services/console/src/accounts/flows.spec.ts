import { describe, expect, it } from 'vitest';
import { FLOW_SEC, openFlows } from './flows.ts';
import { passkeyHostOf, passkeyOrigins } from './passkey-host.ts';

describe('something that was begun', () => {
  it('is finished once, by whoever has its token, as what it was begun, in time', () => {
    let nowMs = 0;
    const flows = openFlows(() => nowMs);
    const token = flows.begin('passkeySignIn', { challenge: 'c' });
    expect(flows.take('passkeyAdd', token)).toBeNull();
    expect(flows.look('passkeySignIn', token)).toEqual({ challenge: 'c' });
    expect(flows.take('passkeySignIn', token)).toEqual({ challenge: 'c' });
    expect(flows.take('passkeySignIn', token)).toBeNull();
    const late = flows.begin('stepUp', { operatorId: 'a', approvalId: 'b', verb: 'approve', actionHash: 'h', challenge: 'c' });
    nowMs = FLOW_SEC.stepUp * 1_000;
    expect(flows.take('stepUp', late)).toBeNull();
  });
});

describe('the place passkeys are made for', () => {
  it('is the configured host, and this machine under the port that was reached', () => {
    expect(passkeyHostOf('https://console.example.com/')).toBe('console.example.com');
    expect(passkeyOrigins('https://console.example.com', 7_071)).toEqual(['https://console.example.com']);
    for (const url of ['http://127.0.0.1:7071', 'http://localhost:7071', 'http://[::1]:7071'])
      expect(passkeyHostOf(url), url).toBe('localhost');
    expect(passkeyOrigins('http://127.0.0.1:7071', 8_080)).toEqual(['http://127.0.0.1:7071', 'http://localhost:8080']);
  });
});
