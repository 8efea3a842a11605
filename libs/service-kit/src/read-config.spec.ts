import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readPartsConfig } from './parts.config.ts';
import { ConfigError, readAll, readConfig, variable } from './read-config.ts';

const schema = z.object({
  SAMPLE_PORT: variable.port(7079),
  SAMPLE_ON: variable.flag(false),
  SAMPLE_WAIT_SEC: variable.seconds(1, 60, 5).describe('Seconds to wait'),
});
const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error('it was not refused');
};

describe('configuration', () => {
  it('has defaults, also for variables that are set to nothing', () => {
    expect(readConfig(schema, { SAMPLE_PORT: '' })).toEqual({ SAMPLE_PORT: 7079, SAMPLE_ON: false, SAMPLE_WAIT_SEC: 5 });
  });
  it('is read from text', () => {
    expect(readConfig(schema, { SAMPLE_PORT: '0', SAMPLE_ON: 'yes', SAMPLE_WAIT_SEC: '60' })).toEqual({
      SAMPLE_PORT: 0,
      SAMPLE_ON: true,
      SAMPLE_WAIT_SEC: 60,
    });
  });
  it('is refused with every wrong variable named, and no value repeated', () => {
    const problems = problemsOf(() => readConfig(schema, { SAMPLE_PORT: '70000', SAMPLE_ON: 'perhaps', SAMPLE_WAIT_SEC: 'hunter2' }));
    expect(problems.map(line => line.split(':')[0])).toEqual(['SAMPLE_PORT', 'SAMPLE_ON', 'SAMPLE_WAIT_SEC']);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems[2]).toContain('Seconds to wait');
  });
  it('of several parts is refused with the problems of all', () => {
    const problems = problemsOf(() =>
      readAll(
        () => readPartsConfig({ EVENTSTORE_CONNECTION_STRING: 'http://nowhere', HOLDPOINT_MASTER_KEY: 'short' }),
        () => readConfig(schema, { SAMPLE_PORT: 'x' }),
      ),
    );
    expect(problems.map(line => line.split(':')[0])).toEqual(['EVENTSTORE_CONNECTION_STRING', 'HOLDPOINT_MASTER_KEY', 'SAMPLE_PORT']);
  });
  it('takes a URL without its last slash', () => {
    expect(readPartsConfig({ HOLDPOINT_PUBLIC_URL: 'https://gate.example/' }).HOLDPOINT_PUBLIC_URL).toBe('https://gate.example');
  });
});
