import type { SessionEntry } from '@holdpoint/contracts';
import { Ago } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Listing, Panel, Said } from '../panel.tsx';
import { useChange, useSetting } from '../use-setting.ts';

const METHODS: Readonly<Record<string, string>> = { password: 'password', passkey: 'passkey', oidc: 'single sign-on' };

/** Where you are signed in, and the end of it. */
export const SessionList = () => {
  const sessions = useSetting<{ items: SessionEntry[] }>('/api/sessions');
  const change = useChange();
  const items = sessions.data?.items ?? [];
  return (
    <Panel
      title="Where you are signed in"
      intro="A session ends by itself after half an hour without use, and after twelve hours in any case."
    >
      <Listing query={sessions} empty={items.length === 0 ? 'Nowhere.' : null}>
        <ul className="setting-rows">
          {items.map(({ id, device, method, createdAt, lastUsedAt, current }) => (
            <li key={id}>
              <div className="row-text">
                <strong>{device === '' ? 'A browser' : device}</strong>
                {current && <span className="tag good">this one</span>}
                <p className="muted small">
                  by {METHODS[method] ?? method} <Ago at={createdAt} />, used <Ago at={lastUsedAt} />
                </p>
              </div>
              {!current && (
                <AskFirst
                  quiet
                  label="Sign out"
                  about={device}
                  will="That browser has to sign in again."
                  busy={change.busy}
                  run={() => change.change('DELETE', `/api/sessions/${id}`, undefined, 'Signed out there.')}
                />
              )}
            </li>
          ))}
        </ul>
      </Listing>
      {items.length > 1 && (
        <AskFirst
          label="Sign out everywhere else"
          will="Every other browser has to sign in again."
          busy={change.busy}
          run={() => change.change('DELETE', '/api/sessions', undefined, 'Signed out everywhere else.')}
        />
      )}
      <Said change={change} />
    </Panel>
  );
};
