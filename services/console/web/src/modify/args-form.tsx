import type { Json } from '@holdpoint/contracts';
import { useId, useState } from 'react';
import { AgentText } from '../text/agent-text.tsx';
import { deceptiveCount } from '../text/visible-text.ts';
import { pointerTo } from '../tree/json-pointer.ts';
import type { FormField } from './form-of-schema.ts';
import type { Edit } from './use-edit.ts';

const inputText = (value: Json | undefined, kind: FormField['control']['kind']) =>
  value === undefined ? '' : kind === 'json' ? JSON.stringify(value, null, 2) : String(value);

/** What an optional member starts with when it is added. */
const startOf = (control: FormField['control']): Json =>
  control.kind === 'number'
    ? (control.min ?? 0)
    : control.kind === 'boolean'
      ? false
      : control.kind === 'choice'
        ? (control.options[0] ?? null)
        : control.kind === 'group'
          ? {}
          : control.kind === 'json'
            ? null
            : '';

const Typed = ({ field, edit, id, describedBy }: { field: FormField; edit: Edit; id: string; describedBy: string }) => {
  const { control } = field;
  const [typed, setTyped] = useState(() => inputText(edit.valueOf(field), control.kind));
  const invalid = edit.problems[field.path.join('/')] !== undefined;
  const shared = {
    id,
    value: typed,
    'aria-invalid': invalid,
    'aria-describedby': describedBy,
    dir: 'auto' as const,
    spellCheck: false,
    autoComplete: 'off',
  };
  const onType = (text: string) => {
    setTyped(text);
    edit.typeInto(field, text);
  };
  if (control.kind === 'json')
    return (
      <textarea
        {...shared}
        className="code"
        rows={Math.min(10, typed.split('\n').length + 1)}
        onChange={event => onType(event.target.value)}
      />
    );
  if (control.kind === 'text' && control.long) return <textarea {...shared} rows={5} onChange={event => onType(event.target.value)} />;
  return (
    <input
      {...shared}
      type="text"
      inputMode={control.kind === 'number' ? 'decimal' : undefined}
      onChange={event => onType(event.target.value)}
    />
  );
};

const Control = ({ field, edit, id, describedBy }: { field: FormField; edit: Edit; id: string; describedBy: string }) => {
  const { control } = field;
  const value = edit.valueOf(field);
  if (control.kind === 'boolean')
    return (
      <select
        id={id}
        aria-describedby={describedBy}
        value={String(value)}
        onChange={event => edit.set(field, event.target.value === 'true')}
      >
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  if (control.kind === 'choice') {
    const at = control.options.findIndex(option => option === value);
    return (
      <select
        id={id}
        aria-describedby={describedBy}
        value={at}
        onChange={event => edit.set(field, control.options[Number(event.target.value)])}
      >
        {at === -1 && <option value={-1}>{`${String(value)} (not one of the choices)`}</option>}
        {control.options.map((option, index) => (
          <option key={String(option)} value={index}>
            {String(option)}
          </option>
        ))}
      </select>
    );
  }
  return <Typed field={field} edit={edit} id={id} describedBy={describedBy} />;
};

const Field = ({ field, edit }: { field: FormField; edit: Edit }) => {
  const id = useId();
  const value = edit.valueOf(field);
  const present = value !== undefined;
  const changed = edit.changes.some(change => change.pointer === field.path.reduce(pointerTo, ''));
  if (present && field.control.kind === 'group')
    return (
      <fieldset>
        <legend>
          <AgentText text={field.label} />
        </legend>
        {field.control.fields.map(inner => (
          <Field key={inner.label} field={inner} edit={edit} />
        ))}
      </fieldset>
    );
  return (
    <div className={changed ? 'field changed' : 'field'}>
      <div className="field-head">
        <label htmlFor={present ? id : undefined}>
          <AgentText text={field.label} />
          {field.required && <span className="muted small"> required</span>}
        </label>
        {!field.required && (
          <button
            type="button"
            className="button quiet small"
            onClick={() => edit.set(field, present ? undefined : startOf(field.control))}
            aria-label={`${present ? 'Remove' : 'Add'} ${field.label}`}
          >
            {present ? 'Remove' : 'Add'}
          </button>
        )}
      </div>
      {present && <Control field={field} edit={edit} id={id} describedBy={`${id}-help`} />}
      <div id={`${id}-help`} className="field-help">
        {field.help !== null && <AgentText text={field.help} />}
        {typeof value === 'string' && deceptiveCount(value) > 0 && (
          <p>
            Reads: <AgentText text={value} />
          </p>
        )}
        <span className="field-problem" role="alert">
          {edit.problems[field.path.join('/')]}
        </span>
      </div>
    </div>
  );
};

/** Inputs for the arguments, one per member, nested objects in their own frame. */
export const ArgsForm = ({ fields, edit }: { fields: FormField[]; edit: Edit }) => (
  <div className="args-form">
    {fields.map(field => (
      <Field key={field.label} field={field} edit={edit} />
    ))}
  </div>
);
