import type { ApprovalDetail, GateFacts } from '@holdpoint/contracts';
import type { ReactNode } from 'react';
import { AgentText } from '../text/agent-text.tsx';
import { amountText } from './amount.ts';
import { Preconditions } from './preconditions.tsx';
import { Section } from './section.tsx';
import { verdictWords } from './words.ts';

const factRows = (facts: GateFacts): [string, ReactNode][] => {
  const amount = facts.amount === null ? 'not found in the request' : (amountText(facts.amount, facts.currency) ?? String(facts.amount));
  return [
    ['Amount', amount],
    ['Risk, as the agent put it', facts.riskLevel],
    ['Tool', <AgentText key="tool" text={facts.tool} />],
    ['Entity', <AgentText key="entity" text={facts.entity} />],
    ['Agent', <AgentText key="agent" text={facts.agent} />],
    ['On behalf of', facts.principal === null ? 'nobody named' : <AgentText key="principal" text={facts.principal} />],
    ['Sent from', facts.source],
    ...Object.entries(facts.labels).map(([name, value]): [string, ReactNode] => [`Label ${name}`, <AgentText key={name} text={value} />]),
  ];
};

/** Part 2: the rule that asked for a person, its version, and the facts it looked at. */
export const WhyAsked = ({ detail }: { detail: ApprovalDetail }) => {
  const { gate } = detail;
  return (
    <Section part={2} title="Why the gate asked">
      {gate === null ? (
        <p>The rules are still being checked. This takes a moment.</p>
      ) : (
        <>
          <p className="verdict">{verdictWords(gate.verdict)}</p>
          <p>
            <AgentText text={gate.explanation} />
          </p>
          {gate.problems.length > 0 && (
            <ul className="problems">
              {gate.problems.map(problem => (
                <li key={problem}>
                  <AgentText text={problem} />
                </li>
              ))}
            </ul>
          )}
          <Preconditions detail={detail} />
          <p className="muted small">
            Rule <code>{gate.policy.rule}</code> of policy <code>{gate.policy.id}</code>, version {gate.policy.version}
          </p>
          <details className="facts">
            <summary>The facts it looked at</summary>
            <dl>
              {factRows(gate.facts).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </details>
        </>
      )}
    </Section>
  );
};
