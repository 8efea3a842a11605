import { describe, expect, it } from 'vitest';
import { createHttpServer } from './http-server.ts';

describe('requests that come in one turn of the loop', () => {
  it('take each step together, in the order in which they came', async () => {
    const server = createHttpServer({ service: 'spec', bodyBytesMax: 1_000, contentTypes: ['application/json'] });
    const steps: string[] = [];
    server.post('/', async request => {
      const name = String(request.body);
      steps.push(`${name} read`);
      await Promise.resolve();
      steps.push(`${name} checked`);
      return name;
    });
    const post = (payload: string) => server.inject({ method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload });
    await server.ready();
    const answers = await Promise.all(['a', 'b', 'c'].map(post));
    expect(steps).toEqual(['a read', 'b read', 'c read', 'a checked', 'b checked', 'c checked']);
    expect(answers.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
    await server.close();
  });
});
