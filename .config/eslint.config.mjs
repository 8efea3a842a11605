import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Two programs for all files: one for each package would hold every type many times over. */
const PROGRAMS = ['.config/tsconfig.check.json', 'services/console/web/tsconfig.json'];
const PURE = ['libs/contracts/src/**/*.ts', 'libs/approval/src/**/*.ts', 'libs/gate/src/**/*.ts'];
const SPECS = ['**/*.spec.ts', '**/*.spec.tsx'];

const injectToken = {
  selector:
    "ClassDeclaration[decorators.length>0] MethodDefinition[kind='constructor'] > FunctionExpression > :matches(TSParameterProperty,Identifier):not([decorators.0])",
  message: 'Give every constructor parameter of a Nest class its @Inject(TOKEN): no decorator metadata is emitted here.',
};
const clock = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Pure code takes the time as a value; it does not read the clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Pure code takes the time as a value; it does not read the clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Pure code takes random values as arguments.',
  },
  { selector: "MemberExpression[object.name='performance']", message: 'Pure code takes the time as a value; it does not read the clock.' },
  { selector: "CallExpression[callee.name='fetch']", message: 'Pure code does no I/O.' },
  { selector: "Identifier[name='process']", message: 'Pure code does not read the process.' },
  { selector: 'ImportDeclaration[source.value=/^node:/]', message: 'Pure code imports nothing of Node.' },
];
const processEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only a *.config.ts file reads the environment.',
};

/** Rules a machine can hold us to and oxlint cannot: awaited promises, explicit injection, purity, one reader of the environment. */
export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/fixtures/**', '**/*.mjs', '**/*.cjs'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { project: PROGRAMS, tsconfigRootDir: root } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-syntax': ['error', injectToken, processEnv],
    },
  },
  { files: ['**/*.config.ts'], rules: { 'no-restricted-syntax': ['error', injectToken] } },
  { files: PURE, ignores: SPECS, rules: { 'no-restricted-syntax': ['error', injectToken, processEnv, ...clock] } },
);
