import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { ingest } from '@holdpoint/ingest';
import { verifyReceipt, type Decision, type Jwks } from '@holdpoint/sdk';
import { keyFiles } from '@holdpoint/service-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from './a-gate.ts';
import { codeOf, type Promised } from './a-promise.ts';
import { forgedReceipts } from './forged-receipts.ts';

/** A receipt proves what this instance decided, for years, and nothing that somebody made of it. */
export const receiptsSuite = (gate: () => Gate, promise: () => Promised): void => {
  describe('a receipt', () => {
    let decision: Decision;
    let jwks: Jwks;
    beforeAll(async () => {
      decision = await promise().approved();
      jwks = await gate().holdpoint.jwks();
    });

    it('is refused unless this instance signed every letter of it', async () => {
      expect(codeOf(() => verifyReceipt(decision.receipt, jwks))).toBe('holds');
      await promise().inPython('verify', { jws: decision.receipt, jwks }, 'holds');
      for (const [is, jws, code] of forgedReceipts(decision.receipt, jwks)) {
        expect([is, codeOf(() => verifyReceipt(jws, jwks))]).toEqual([is, code]);
        await promise().inPython('verify', { jws, jwks }, code);
      }
    });
    it('still verifies after its key was replaced, and not when that was taken away', async () => {
      const { parts } = gate().world;
      const file = keyFiles(parts.dataDir).receipt;
      const before = await readFile(file, 'utf8');
      const renewed = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
      const published = async (pem: string): Promise<Jwks> => {
        await writeFile(file, pem);
        const settings = { HOLDPOINT_DATA: parts.dataDir, INGEST_PORT: '0', LOG_LEVEL: 'fatal' };
        const restarted = await ingest.start(ingest.readConfig(settings), parts);
        const response = await fetch(`http://127.0.0.1:${restarted.port}/.well-known/jwks.json`);
        const served = (await response.json()) as Jwks;
        await restarted.close();
        return served;
      };
      try {
        const [kept, gone] = [await published(`${renewed}${before}`), await published(String(renewed))];
        expect([kept.keys.length, gone.keys.length]).toEqual([2, 1]);
        for (const [keys, code] of [
          [kept, 'holds'],
          [gone, 'unknown_key'],
        ] as const) {
          expect(codeOf(() => verifyReceipt(decision.receipt, keys))).toBe(code);
          await promise().inPython('verify', { jws: decision.receipt, jwks: keys }, code);
        }
      } finally {
        await writeFile(file, before);
      }
    });
  });
};
