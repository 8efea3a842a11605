import { lazy, Suspense, useState } from 'react';
import { useColleagues } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { AfterReviews, ReturnedBands } from './after-reviews.tsx';
import { AskFirst } from './ask-first.tsx';
import { Listing, Panel, Said } from './panel.tsx';
import type { PartProps } from './settings.tsx';
import { type Change, useChange, useSetting } from './use-setting.ts';

const PolicyEditor = lazy(() => import('./policy-editor.tsx'));

export type PolicyVersion = {
  id: string;
  version: number;
  publishedAt: string;
  by: string;
  active: boolean;
  shadow: boolean;
  retired: boolean;
  proposed: { by: string; at: string } | null;
};

/** Policies: which version decides, how it came to that, and the next one in writing. */
const PoliciesPage = ({ me, rights }: PartProps) => {
  const policies = useSetting<{ items: PolicyVersion[] }>('/api/policies');
  const organization = useSetting<{ activationRule: { secondPerson: boolean } }>('/api/organization');
  const [editing, setEditing] = useState<{ id: string; version: number } | null>(null);
  const change = useChange();
  const items = policies.data?.items ?? [];
  const ids = [...new Set(items.map(({ id }) => id))];
  const active = items.find(version => version.active) ?? items.at(-1);
  const secondPerson = organization.data?.activationRule.secondPerson ?? false;
  if (editing !== null)
    return (
      <Suspense fallback={<p className="muted loading">Opening the editor…</p>}>
        <PolicyEditor from={editing} secondPerson={secondPerson} onClose={() => setEditing(null)} />
      </Suspense>
    );
  return (
    <>
      <Panel
        title="Versions"
        intro={
          secondPerson
            ? 'A version decides when two people agree: one proposes it, another activates it.'
            : 'The active version decides. Versions never change once published.'
        }
        aside={
          rights.admin &&
          active && (
            <button type="button" className="button primary" onClick={() => setEditing({ id: active.id, version: active.version })}>
              Write the next version
            </button>
          )
        }
      >
        <Said change={change} />
        <Listing query={policies} empty={items.length === 0 ? 'No policy has been published: everything goes to people.' : null}>
          {ids.map(id => (
            <div key={id} className="policy">
              <h3>
                <code>{id}</code>
              </h3>
              <ul className="setting-rows">
                {items
                  .filter(version => version.id === id)
                  .toReversed()
                  .map(version => (
                    <VersionRow
                      key={version.version}
                      version={version}
                      own={me.operatorId}
                      admin={rights.admin}
                      secondPerson={secondPerson}
                      change={change}
                      onEdit={() => setEditing(version)}
                    />
                  ))}
              </ul>
            </div>
          ))}
        </Listing>
      </Panel>
      <ReturnedBands rights={rights} />
      <AfterReviews />
    </>
  );
};
export default PoliciesPage;

const stateOf = ({ active, shadow, retired, proposed }: PolicyVersion): [string, string][] => [
  ...(active ? [['active', 'good'] as [string, string]] : []),
  ...(shadow ? [['tried out in shadow', ''] as [string, string]] : []),
  ...(proposed !== null && !active ? [['proposed', 'warn'] as [string, string]] : []),
  ...(retired ? [['retired', ''] as [string, string]] : []),
];

type RowProps = { version: PolicyVersion; own: string; admin: boolean; secondPerson: boolean; change: Change; onEdit(): void };

const VersionRow = ({ version, own, admin, secondPerson, change, onEdit }: RowProps) => {
  const people = useColleagues().data?.items;
  const nameOf = (id: string) => people?.find(person => person.id === id)?.name ?? id;
  const { id, version: number, active, shadow, retired, proposed } = version;
  const path = `/api/policies/${encodeURIComponent(id)}/versions/${number}`;
  const run =
    (what: string, done: string, body: unknown = {}) =>
    () =>
      change.change(what === 'shadow' ? 'PUT' : 'POST', `${path}/${what}`, body, done);
  const mustPropose = secondPerson && proposed === null;
  return (
    <li>
      <div className="row-text">
        <strong>Version {number}</strong>
        {stateOf(version).map(([word, tone]) => (
          <span key={word} className={`tag ${tone}`}>
            {word}
          </span>
        ))}
        <p className="muted small">
          published <Ago at={version.publishedAt} /> by <AgentText text={nameOf(version.by)} />
          {proposed !== null && !active && (
            <>
              {' · proposed by '}
              <AgentText text={nameOf(proposed.by)} />
            </>
          )}
        </p>
      </div>
      {admin && !retired && (
        <div className="row-actions">
          {!active && (
            <AskFirst
              quiet
              label={mustPropose ? 'Propose' : 'Activate'}
              will={
                mustPropose
                  ? `Proposes that version ${number} decides; another administrator has to activate it.`
                  : `From the next request on, version ${number} of ${id} decides.`
              }
              whyNot={secondPerson && proposed?.by === own ? 'You proposed it; somebody else activates it.' : null}
              busy={change.busy}
              run={mustPropose ? run('propose', `Version ${number} is proposed.`) : run('activate', `Version ${number} decides now.`)}
            />
          )}
          {!active && (
            <AskFirst
              quiet
              label={shadow ? 'End the trial' : 'Try in shadow'}
              will={
                shadow ? `Version ${number} is no longer asked.` : `Version ${number} is asked beside the active one, without any effect.`
              }
              busy={change.busy}
              run={run('shadow', shadow ? 'The trial has ended.' : 'It is tried out now.', { on: !shadow })}
            />
          )}
          {!active && (
            <AskFirst
              quiet
              label="Retire"
              will={`Version ${number} can never be activated again.`}
              busy={change.busy}
              run={run('retire', `Version ${number} is retired.`)}
            />
          )}
          <button type="button" className="button quiet" onClick={onEdit}>
            Edit as new version
          </button>
        </div>
      )}
    </li>
  );
};
