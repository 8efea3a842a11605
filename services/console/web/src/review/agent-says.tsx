import type { ApprovalDetail } from '@holdpoint/contracts';
import { Warning } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Section } from './section.tsx';

/** Part 4: the agent's own words, fenced off: they are a claim about the action, not the action. */
export const AgentSays = ({ detail }: { detail: ApprovalDetail }) => {
  const said = detail.arguments;
  const details: [string, string][] = [
    ['Entity', said.entityId],
    ['Risk', said.riskLevel],
    ...(said.reversible === null || said.reversible === undefined
      ? []
      : [['Reversible', said.reversible ? 'yes' : 'no'] as [string, string]]),
    ...(said.urgency ? [['Urgency', said.urgency] as [string, string]] : []),
    ...(said.actionName ? [['Names the action', said.actionName] as [string, string]] : []),
    ...(typeof said.amount === 'number' ? [['States the amount', `${said.amount} ${said.currency ?? ''}`.trim()] as [string, string]] : []),
  ];
  return (
    <Section
      part={4}
      title="What the agent says"
      className="agent-says"
      aside={
        <span className="unverified">
          <Warning /> Written by the agent, unverified
        </span>
      }
    >
      <h3>Summary</h3>
      <AgentText block text={said.contextSummary} />
      <h3>Proposed action</h3>
      <AgentText block text={said.proposedAction} />
      <dl className="said-details">
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <AgentText text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
};
