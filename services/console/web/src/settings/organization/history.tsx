import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { Listing, Panel } from '../panel.tsx';
import { useSetting } from '../use-setting.ts';

type Entry = { id: string; at: string; by: string; summary: string };
/** Newest ones that are shown; the API gives more. */
const ROWS = 30;

/** Who changed what in the organisation's settings, newest first. */
export const History = () => {
  const history = useSetting<{ items: Entry[] }>(`/api/organization/history?limit=${ROWS}`);
  const items = history.data?.items ?? [];
  return (
    <Panel title="Who changed what" intro="Every change of a setting is in the log, with who made it.">
      <Listing query={history} empty={items.length === 0 ? 'Nothing was changed yet.' : null}>
        <ol className="setting-rows">
          {items.map(({ id, at, by, summary }) => (
            <li key={id}>
              <span className="row-text">
                <AgentText text={summary} />
              </span>
              <span className="muted small">
                <AgentText text={by === 'service:console' ? 'Holdpoint' : by} />, <Ago at={at} />
              </span>
            </li>
          ))}
        </ol>
      </Listing>
    </Panel>
  );
};
