import { mergeConfig } from 'vitest/config';
import mutation from './vitest.mutation.ts';

/** For mutation tests of libs/gate: its own specs in place of those of libs/approval. */
const config = mergeConfig(mutation, { test: {} });
if (config.test !== undefined) {
  config.test.include = ['libs/gate/src/**/*.spec.ts'];
  // Mutated code carries switches, so it is slow by itself.
  config.test.exclude = [...(config.test.exclude ?? []), '**/speed.spec.ts'];
}
export default config;
