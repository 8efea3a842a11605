import ts from 'typescript';

const PROBLEMS = new Set(['problem', 'ProblemError']);

/**
 * Codes of the problem documents that a program answers with: what `problem` and `ProblemError` are called with, and what functions are
 * called with that hand a parameter on to them.
 * @param texts of its files
 */
export const problemCodesIn = (texts: readonly string[]): string[] => {
  const codes = new Set<string>();
  for (const text of texts.filter(file => /\bproblem\(|ProblemError/.test(file))) {
    const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
    const calls = callsIn(file);
    const makers = new Map([...PROBLEMS].map(name => [name, 0]));
    for (const { name, args } of calls) if (PROBLEMS.has(name)) handOn(args[0], makers);
    for (const { name, args } of calls) for (const found of textsOf(args[makers.get(name) ?? -1])) codes.add(found);
  }
  return [...codes].sort();
};

type Call = { name: string; args: readonly ts.Expression[] };

const callsIn = (file: ts.SourceFile): Call[] => {
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression))
      calls.push({ name: node.expression.text, args: node.arguments ?? [] });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return calls;
};

/** A code that is a parameter: the function around it makes problems too. */
const handOn = (code: ts.Expression | undefined, makers: Map<string, number>): void => {
  if (code === undefined || !ts.isIdentifier(code)) return;
  for (let node: ts.Node = code; ; node = node.parent) {
    if (ts.isSourceFile(node)) return;
    if (!ts.isArrowFunction(node) && !ts.isFunctionDeclaration(node)) continue;
    const at = node.parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === code.text);
    if (at === -1) continue;
    const name = ts.isFunctionDeclaration(node) ? node.name : ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined;
    if (name !== undefined && ts.isIdentifier(name)) makers.set(name.text, at);
    return;
  }
};

/** The texts that an expression may be: a text, or one or the other. */
const textsOf = (node: ts.Expression | undefined): string[] => {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  return [];
};

/**
 * Paths that controllers answer at, with `{}` for each parameter.
 * @param texts of the files of a program
 */
export const routesIn = (texts: readonly string[]): string[] => {
  const paths = new Set<string>();
  for (const text of texts)
    for (const [, prefix = '', body = ''] of text.matchAll(/@Controller\((?:'([^']*)')?\)([\s\S]*?)(?=@Controller|$)/g))
      for (const [, path = ''] of body.matchAll(/^\s*@(?:Get|Post|Put|Delete|Patch|All)\((?:'([^']*)')?\)/gm))
        paths.add(addressOf(`${prefix}/${path}`));
  return [...paths].sort();
};

/** `/api/things/{}/rest:all` of `api/things/:id/rest::all`. */
const addressOf = (path: string): string =>
  `/${path}`
    .replaceAll(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
    .replaceAll(/(?<!:):\w+/g, '{}')
    .replaceAll('::', ':');

/**
 * Reads the addresses a text names between backticks: `/api/things/{id}`, `/api/things[/{id}]` for both, and `…/rest` for what goes on from
 * another address of the same line.
 * @returns whether a path of `routesIn` is among them
 */
export const recordedPaths = (text: string): ((path: string) => boolean) => {
  const lines = text.split('\n').map(line => {
    const named = [...line.matchAll(/`([^`]*)`/g)].flatMap(([, span = '']) => span.split(/[\s,]+/)).map(plain);
    const full = named.filter(part => part.startsWith('/')).flatMap(bothOf);
    return { full, rest: named.filter(part => part.startsWith('…/')).map(part => part.slice(1)) };
  });
  const full = new Set(lines.flatMap(line => line.full));
  const goesOn = (path: string) =>
    lines.some(line => line.rest.some(rest => path.endsWith(rest) && line.full.some(start => areaOf(path) === areaOf(start))));
  return path => full.has(path) || goesOn(path);
};

const plain = (part: string): string =>
  part
    .replaceAll(/\{\w+\}/g, '{}')
    .replace(/[?#].*$/, '')
    .replace(/[.,;:]+$/, '');
const bothOf = (path: string): string[] => {
  const [, before = '', option = '', after = ''] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(path) ?? [];
  return before === '' ? [path] : [before + after, before + option + after];
};
/** `/api/things` of `/api/things/{}/rest`. */
const areaOf = (path: string): string => path.split('/').slice(0, 3).join('/');
