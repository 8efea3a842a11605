import type { Approvers, EscalationPolicy } from '@holdpoint/contracts';
import { useState } from 'react';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { lengthOfTime } from '../time/time-left.ts';
import { AskFirst } from './ask-first.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import type { PartProps } from './settings.tsx';
import { useChange, useSetting } from './use-setting.ts';

type Version = { id: string; version: number; document: EscalationPolicy; publishedAt: string };

const EXAMPLE: EscalationPolicy = {
  id: 'evenings',
  levels: [
    { afterSec: 300, if: 'undecided', targets: { roles: ['senior', 'admin'], operators: [] }, strategy: 'all', importance: 'default' },
  ],
  claimTimeoutSec: 300,
  exhaustedAfterSec: 300,
  onExhausted: 'reject',
};

const END_WORDS = {
  reject: 'it counts as rejected',
  expire: 'it waits for its deadline',
  hold: 'it waits for its deadline, and administrators are told',
  approveLowRisk: 'low risk passes, all else counts as rejected',
} as const;

const whom = ({ roles, teams = [], schedules = [], operators }: Approvers): string =>
  [
    ...roles,
    ...teams.map(team => `team ${team}`),
    ...schedules.map(name => `on call in ${name}`),
    ...(operators.length > 0 ? [`${operators.length} named`] : []),
  ].join(', ') || 'nobody';

const waitWords = (seconds: number): string => (seconds < 3_600 ? `${Math.round(seconds / 6) / 10} min` : lengthOfTime(seconds));

/** Escalations: who is alerted when nobody decides, version by version. */
const EscalationsPage = ({ rights }: PartProps) => {
  const escalations = useSetting<{ items: Version[] }>('/api/escalations');
  const items = escalations.data?.items ?? [];
  return (
    <>
      <Listing query={escalations} empty={items.length === 0 ? 'There is no escalation policy yet: routes bring their own ladder.' : null}>
        {items.map(version => (
          <OnePolicy key={version.id} newest={version} admin={rights.admin} />
        ))}
      </Listing>
      {rights.admin && (
        <Panel title="New escalation policy">
          <Publish document={EXAMPLE} />
        </Panel>
      )}
    </>
  );
};
export default EscalationsPage;

const OnePolicy = ({ newest, admin }: { newest: Version; admin: boolean }) => {
  const versions = useSetting<{ items: Version[] }>(`/api/escalations/${encodeURIComponent(newest.id)}/versions`);
  const { document } = newest;
  return (
    <Panel title={newest.id} intro={`Version ${newest.version}. Open requests keep the version they began with.`}>
      <ol className="ladder">
        {document.levels.map((level, index) => (
          <li key={index} className="reached">
            <span>
              <AgentText text={whom(level.targets)} />
              {level.importance === 'important' && <span className="tag warn">important</span>}
              {level.strategy !== 'all' && <span className="tag">{level.strategy}</span>}
            </span>
            <span className="muted small">after {waitWords(level.afterSec)}</span>
          </li>
        ))}
        <li>
          <span>
            Nobody decided: {END_WORDS[document.onExhausted]}
            {document.repeat !== undefined && document.repeat.count > 0 && `, after ${document.repeat.count} more rounds`}
          </span>
          <span className="muted small">after {waitWords(document.exhaustedAfterSec)}</span>
        </li>
      </ol>
      {(versions.data?.items.length ?? 0) > 1 && (
        <details className="setting-more">
          <summary>All {versions.data?.items.length} versions</summary>
          <ul className="setting-rows">
            {versions.data?.items.toReversed().map(({ version, publishedAt, document: { levels } }) => (
              <li key={version}>
                <span>
                  <strong>Version {version}</strong> · {levels.length} {levels.length === 1 ? 'level' : 'levels'}
                </span>
                <span className="muted small">
                  <Ago at={publishedAt} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {admin && (
        <details className="setting-more">
          <summary>Write the next version</summary>
          <Publish key={newest.version} document={document} />
        </details>
      )}
    </Panel>
  );
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const idIn = (document: unknown): string =>
  typeof document === 'object' && document !== null && 'id' in document ? String(document.id) : 'the policy';

const Publish = ({ document }: { document: EscalationPolicy }) => {
  const change = useChange();
  const [text, setText] = useState(() => JSON.stringify(document, null, 2));
  const next = parsed(text);
  const errors = change.outcome?.kind === 'refused' ? change.outcome.errors : [];
  return (
    <>
      <Field wide label="As JSON" error={next === undefined ? 'This is not JSON yet.' : null}>
        {props => (
          <textarea {...props} className="code" rows={14} spellCheck={false} value={text} onChange={event => setText(event.target.value)} />
        )}
      </Field>
      {errors.length > 0 && (
        <ul className="findings">
          {errors.map(({ pointer, detail }) => (
            <li key={pointer + detail} className="error">
              <code>{pointer}</code> <AgentText text={detail} />
            </li>
          ))}
        </ul>
      )}
      <AskFirst
        label="Publish the version"
        will={`Publishes the next version of ${idIn(next)}: requests that come from now on use it where their route names it.`}
        whyNot={next === undefined ? 'Mend the text first.' : null}
        busy={change.busy}
        run={() => change.change('POST', '/api/escalations', { document: next }, 'Published.')}
      />
      <Said change={change} />
    </>
  );
};
