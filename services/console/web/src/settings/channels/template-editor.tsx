import type { MessageTemplate } from '@holdpoint/contracts';
import { useRef, useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import type { Change } from '../use-setting.ts';
import { TemplatePreview } from './template-preview.tsx';
import type { Words } from './templates.tsx';

type Props = {
  words: Words;
  /** What the editor begins with. */
  start: MessageTemplate;
  /** Of the organisation's own words that count now; null for the built-in ones. */
  version: number | null;
  variables: readonly string[];
  admin: boolean;
  change: Change;
  name: string;
};

type Place = { field: 'title' | 'lines'; at: number };

/** Writes the words of one message; what they come to is shown beside it. */
export const TemplateEditor = ({ words, start, version, variables, admin, change, name }: Props) => {
  const [title, setTitle] = useState(start.title);
  const [text, setText] = useState(start.lines.join('\n'));
  const place = useRef<Place>({ field: 'lines', at: text.length });
  const document = { title, lines: text.split('\n').filter(line => line.trim() !== '') };
  const path = `/api/templates/${words.channel}/${words.language}/${words.kind}`;
  const insert = (variable: string) => {
    const { field, at } = place.current;
    const put = (into: string) => `${into.slice(0, at)}{${variable}}${into.slice(at)}`;
    if (field === 'title') setTitle(put);
    else setText(put);
    place.current = { field, at: at + variable.length + 2 };
  };
  const remember = (field: Place['field']) => (event: { currentTarget: { selectionStart: number | null } }) =>
    (place.current = { field, at: event.currentTarget.selectionStart ?? 0 });
  const empty = title.trim() === '' || document.lines.length === 0;
  return (
    <Panel
      title="Words"
      aside={<span className={`tag ${version === null ? '' : 'good'}`}>{version === null ? 'built in' : `version ${version}`}</span>}
    >
      <div className="template">
        <div className="template-form">
          <Field label="Title" error={change.errorAt('/document/title')}>
            {props => (
              <input
                {...props}
                maxLength={160}
                value={title}
                onChange={event => setTitle(event.target.value)}
                onSelect={remember('title')}
              />
            )}
          </Field>
          <Field label="Lines" hint="Eight at most." error={change.errorAt('/document/lines') ?? change.errorAt('/document')}>
            {props => (
              <textarea {...props} rows={6} value={text} onChange={event => setText(event.target.value)} onSelect={remember('lines')} />
            )}
          </Field>
          <div className="choices" role="group" aria-label="Insert what stands for">
            {variables.map(variable => (
              <button key={variable} type="button" className="button quiet code" onClick={() => insert(variable)}>
                {`{${variable}}`}
              </button>
            ))}
          </div>
        </div>
        <TemplatePreview channel={words.channel} kind={words.kind} document={empty ? null : document} enabled={admin} />
      </div>
      <div className="ask-row">
        <AskFirst
          tone="primary"
          label="Publish these words"
          will={`Messages of this kind by ${name} have these words from the next one on.`}
          whyNot={!admin ? 'Administrators change the words.' : empty ? 'A title and a line are needed.' : null}
          busy={change.busy}
          run={() => change.change('PUT', path, { document }, 'Published.')}
        />
        {version !== null && admin && (
          <AskFirst
            label="Back to the built-in words"
            will="Messages of this kind have Holdpoint’s own words again. Your versions stay in the history."
            busy={change.busy}
            run={() => change.change('PUT', path, { document: null }, 'The built-in words count again.')}
          />
        )}
      </div>
      <Said change={change} />
    </Panel>
  );
};
