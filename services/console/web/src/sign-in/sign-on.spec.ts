import { describe, expect, it } from 'vitest';
import { pathWithin } from './sign-on.ts';

describe('where somebody goes after signing in', () => {
  it('is a page of this app and no other', () => {
    for (const to of ['/', '/approvals/apr_x?do=approve', '/settings/people']) expect(pathWithin(to)).toBe(to);
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', '/sign-in/return?code=x'])
      expect(pathWithin(to), to).toBe('/');
  });
});
