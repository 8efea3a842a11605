/** The layout's import rules. Each has a fixture under deploy/boundaries that breaks it, and a spec that sees it fire. */
const at = path => `^${path}`;
/** Specs, what they stand on, and benches may use more than what runs in production. */
const TESTS = '\\.(spec|fixture)\\.ts$|/bench/';
const only = (lib, allowed) => ({
  name: `${lib}-imports-only`,
  comment: `libs/${lib} may import ${allowed.join(', ') || 'nothing of the workspace'}`,
  severity: 'error',
  from: { path: at(`libs/${lib}/`), pathNot: TESTS },
  to: { path: at('(libs|services|deploy)/'), pathNot: [lib, ...allowed].map(name => at(`libs/${name}/`)) },
});
const SDK_ENTRY = at('libs/sdk/(vectors\\.json|src/(verify|openai|openai-agents|anthropic|claude-agent|langchain|ai-sdk|mcp)\\.ts)$');
const IO_FREE = '(contracts|approval|gate)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'services-never-import-services',
      severity: 'error',
      from: { path: at('services/([^/]+)/') },
      to: { path: at('services/'), pathNot: at('services/$1/') },
    },
    { name: 'libs-never-import-services', severity: 'error', from: { path: at('libs/') }, to: { path: at('(services|deploy)/') } },
    { name: 'services-never-import-deploy', severity: 'error', from: { path: at('services/') }, to: { path: at('deploy/') } },
    {
      name: 'one-index-per-lib',
      comment: 'A lib is entered through src/index.ts only; the SDK also through what its package.json exports.',
      severity: 'error',
      from: { path: at('(libs|services|deploy)/([^/]+)/') },
      to: { path: at('libs/'), pathNot: ['/src/index\\.ts$', SDK_ENTRY, at('$1/$2/')] },
    },
    {
      name: 'pure-libs-do-no-io',
      comment: 'contracts, approval and gate take everything as values.',
      severity: 'error',
      from: { path: at(`libs/${IO_FREE}/src/`), pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-libs-know-no-framework',
      severity: 'error',
      from: { path: at(`libs/${IO_FREE}/src/`), pathNot: TESTS },
      to: { path: 'node_modules/(@nestjs|nats|@eventstore|fastify|pino|openai|nodemailer)/' },
    },
    {
      name: 'contracts-import-zod-only',
      severity: 'error',
      from: { path: at('libs/contracts/src/'), pathNot: TESTS },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'only-event-log-imports-the-client',
      severity: 'error',
      from: { pathNot: at('(libs/event-log|services/event-store)/') },
      to: { path: '(^|node_modules/)@eventstore/' },
    },
    {
      name: 'only-messaging-imports-nats',
      severity: 'error',
      from: { pathNot: at('libs/messaging/') },
      to: { path: '(^|node_modules/)nats(/|$)' },
    },
    only('contracts', []),
    only('sdk', []),
    only('sealing', ['contracts', 'sdk']),
    only('approval', ['contracts', 'gate']),
    only('gate', ['contracts']),
    only('event-log', ['contracts', 'sealing']),
    only('messaging', ['contracts', 'sealing']),
    only('egress', ['contracts']),
    only('agents', ['contracts', 'sealing', 'egress']),
    only('directory', ['contracts', 'sealing', 'event-log', 'gate']),
    only('service-kit', ['contracts', 'sealing', 'event-log', 'messaging', 'directory']),
    only('cli', ['contracts', 'sealing', 'event-log', 'approval', 'gate', 'sdk']),
    only('testing', ['contracts', 'sealing', 'approval']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((libs|services)/[^/]+|deploy)/(web/)?dist/|/fixtures/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@holdpoint/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
