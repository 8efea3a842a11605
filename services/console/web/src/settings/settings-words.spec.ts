import type { Me } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { rightsOf } from './rights.ts';
import { windowWords } from './week-windows.tsx';

const me = (...roles: Me['roles']): Me => ({
  operatorId: 'opr_1',
  email: '',
  name: '',
  roles,
  organization: { id: 'org_1', name: '', initials: null, logo: null },
});

describe('a window of the week in words', () => {
  it.each([
    [[1, 2, 3, 4, 5], 'Mon–Fri 09:00–17:00'],
    [[6, 7], 'Sat, Sun 09:00–17:00'],
    [[5, 1, 3], 'Mon, Wed, Fri 09:00–17:00'],
    [[7], 'Sun 09:00–17:00'],
  ])('%j', (days, words) => expect(windowWords({ days, from: '09:00', to: '17:00' })).toBe(words));
});

describe('what a person may do in the settings', () => {
  it('is everything for owners, stopping and granting for seniors, reading for auditors, nothing of that for operators', () => {
    expect(rightsOf(me('owner'))).toEqual({ owner: true, admin: true, senior: true, readsGate: true, readsSettings: true });
    expect(rightsOf(me('senior'))).toEqual({ owner: false, admin: false, senior: true, readsGate: true, readsSettings: false });
    expect(rightsOf(me('auditor'))).toEqual({ owner: false, admin: false, senior: false, readsGate: true, readsSettings: true });
    expect(Object.values(rightsOf(me('operator', 'viewer')))).not.toContain(true);
  });
});
