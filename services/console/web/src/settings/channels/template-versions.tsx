import type { MessageTemplate } from '@holdpoint/contracts';
import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { Panel } from '../panel.tsx';
import { useSetting } from '../use-setting.ts';
import type { Words } from './templates.tsx';

type Version = { version: number; document: MessageTemplate | null; byName: string; publishedAt: string };
type Props = { words: Words; builtIn: MessageTemplate; take(document: MessageTemplate, version: number): void };

/** What the words were before, and who wrote them. */
export const TemplateVersions = ({ words, builtIn, take }: Props) => {
  const { data } = useSetting<{ items: Version[] }>(`/api/templates/${words.channel}/${words.language}/${words.kind}/versions`);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title="Versions" intro="Nothing is lost: any version can be looked at and published again.">
      <ul className="setting-rows">
        {data.items.map(({ version, document, byName, publishedAt }) => (
          <li key={version}>
            <div className="row-text">
              <strong>Version {version}</strong> <AgentText text={document?.title ?? 'the built-in words'} />
              <p className="muted small">
                <AgentText text={byName} />, <Ago at={publishedAt} />
              </p>
            </div>
            <button type="button" className="button quiet" onClick={() => take(document ?? builtIn, version)}>
              Edit from here<span className="visually-hidden"> version {version}</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
