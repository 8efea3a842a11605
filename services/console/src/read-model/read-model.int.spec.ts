import { describe } from 'vitest';
import { erasureSuite } from './erasure.suite.ts';
import { readModelSuite } from './read-model.suite.ts';

describe('in SQLite files', () => {
  readModelSuite(() => undefined);
  erasureSuite(() => undefined);
});
