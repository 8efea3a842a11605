import { close, runSpecs, runStaticChecks } from './checks.ts';

// `npm run verify`, the quick gate: format, lint, types, boundaries, unit and integration specs.
const checks = await runStaticChecks();
const specs = await runSpecs({ endToEnd: false });
close(checks, specs);
