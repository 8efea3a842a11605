export { compilePolicy, type CompiledPolicy } from './compile-policy.ts';
export { deceptionsIn } from './deceptive-text.ts';
export { defaultPolicy } from './default-policy.ts';
export { evaluate, NO_RULE, reviewOnly, STRICTNESS } from './evaluate.ts';
export { factsOf, type Proposal } from './facts.ts';
export { evaluateUnder, type PublishedVersion } from './under-policy.ts';
