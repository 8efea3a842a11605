import type { AmountBand } from '@holdpoint/contracts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { AskFirst } from './ask-first.tsx';
import { Listing, Panel, Said } from './panel.tsx';
import type { Rights } from './rights.ts';
import { useChange, useSetting } from './use-setting.ts';

type Returned = { agentId: string; tool: string; band: AmountBand; sampled: number; rejected: number; at: string };
type Task = {
  approvalId: string;
  kind: 'sample' | 'breakGlass';
  openedAt: string;
  agentId: string;
  toolName: string;
  contextSummary: string;
};

/** Tasks shown at once; the rest come when these are done. */
const TASKS_SHOWN = 20;

const bandWords = ({ from, to }: AmountBand): string =>
  from === null && to === null ? 'without an amount' : `${from ?? 0} to ${to === null ? 'any amount' : `below ${to}`}`;

/** Bands that went back to people because they did not agree with the rules. */
export const ReturnedBands = ({ rights }: { rights: Rights }) => {
  const bands = useSetting<{ items: Returned[] }>('/api/bands');
  const change = useChange();
  const items = bands.data?.items ?? [];
  return (
    <Panel
      title="Back with people"
      intro="Where people rejected too many samples of what rules let through, people decide until you give it back."
    >
      <Said change={change} />
      <Listing query={bands} empty={items.length === 0 ? 'No band went back to people.' : null}>
        <ul className="setting-rows">
          {items.map(({ agentId, tool, band, sampled, rejected, at }) => (
            <li key={`${agentId}${tool}${band.from}${band.to}`}>
              <div className="row-text">
                <code>
                  <AgentText text={tool} />
                </code>{' '}
                of <AgentText text={agentId} />, {bandWords(band)}
                <p className="muted small">
                  {rejected} of {sampled} samples rejected, <Ago at={at} />
                </p>
              </div>
              <AskFirst
                quiet
                label="Give back to the rules"
                will={`From now on rules decide ${tool} (${bandWords(band)}) again.`}
                whyNot={rights.admin ? null : 'Administrators give it back.'}
                busy={change.busy}
                run={() => change.change('POST', '/api/bands/release', { agentId, tool, band }, 'The rules decide there again.')}
              />
            </li>
          ))}
        </ul>
      </Listing>
    </Panel>
  );
};

/** What was let through and somebody has to look at. */
export const AfterReviews = () => {
  const tasks = useSetting<{ items: Task[]; nextCursor: string | null }>(`/api/reviews?state=open&limit=${TASKS_SHOWN}`);
  const items = tasks.data?.items ?? [];
  return (
    <Panel title="To be reviewed afterwards" intro="Samples of what rules let through, and everything for which somebody broke the glass.">
      <Listing query={tasks} empty={items.length === 0 ? 'Nothing waits to be reviewed.' : null}>
        <ul className="setting-rows">
          {items.map(task => (
            <li key={task.approvalId}>
              <div className="row-text">
                <Link to={reviewAddress(task.approvalId)}>
                  <AgentText text={task.toolName} />
                </Link>
                <span className={`tag ${task.kind === 'breakGlass' ? 'bad' : ''}`}>
                  {task.kind === 'breakGlass' ? 'broken glass' : 'sample'}
                </span>
                <p className="muted small">
                  <Ago at={task.openedAt} /> · <AgentText text={task.contextSummary.slice(0, 160)} />
                </p>
              </div>
            </li>
          ))}
        </ul>
        {tasks.data?.nextCursor != null && <p className="muted small">There are more; they come when these are done.</p>}
      </Listing>
    </Panel>
  );
};
