import { readdirSync } from 'node:fs';
import { RESUME_MODES } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { AGENTS, resumerFor } from './registry.ts';

describe('the registered integrations', () => {
  it.each(AGENTS.map(agent => [agent.id, agent] as const))('%s serves one resume mode and has samples, specs and a README', (id, agent) => {
    expect(RESUME_MODES).toContain(agent.mode);
    expect(resumerFor(agent.mode)).toBe(agent);
    const files = readdirSync(new URL(`./${id}`, import.meta.url));
    expect(files).toEqual(expect.arrayContaining(['samples', 'README.md', 'resume.ts', 'resume.int.spec.ts']));
  });

  it('leave runs alone that the app resumes itself', () => {
    expect(resumerFor('callback')).toBeUndefined();
    expect(resumerFor('none')).toBeUndefined();
  });
});
