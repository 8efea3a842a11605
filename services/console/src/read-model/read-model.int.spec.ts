import { describe } from 'vitest';
import { readModelSuite } from './read-model.suite.ts';

describe('in SQLite files', () => {
  readModelSuite(() => undefined);
});
