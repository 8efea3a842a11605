import { useSafety } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { Hand } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';

/** Says that a kill switch is engaged, whose, by whom, why and since when. */
export const HoldBanner = () => {
  const switches = useSafety().data?.killSwitches ?? [];
  if (switches.length === 0) return null;
  return (
    <div className="hold-banner" role="alert">
      {switches.map(({ scope, reason, by, at }) => (
        <div key={scope.kind === 'organization' ? '' : scope.agentId} className="line-notice bad">
          <Hand />
          <div>
            <strong>
              {scope.kind === 'organization' ? (
                'The kill switch is engaged'
              ) : (
                <AgentText text={`The kill switch of ${scope.agentId} is engaged`} />
              )}
              .
            </strong>{' '}
            {scope.kind === 'organization' ? 'Nothing is approved; what comes in is held.' : 'What this agent asks is held.'}
            <p className="small">
              <AgentText text={by.name} />, <Ago at={at} />: <AgentText text={reason} /> <Link to="/settings/safety">Safety settings</Link>
            </p>
          </div>
        </div>
      ))}
    </div>
  );
};
