import { Field } from '../panel.tsx';
import type { ConfigField } from './config-form.ts';

type Props = {
  field: ConfigField;
  value: string;
  /** Whether the secret is there already. */
  isSet: boolean;
  isTakenAway: boolean;
  error: string | null;
  onChange(value: string): void;
  onTakeAway(on: boolean): void;
};

const YES_NO = [
  ['true', 'Yes'],
  ['false', 'No'],
] as const;

/** One input of a channel's settings. A secret can be written and taken away, never read. */
export const ConfigInput = ({ field, value, isSet, isTakenAway, error, onChange, onTakeAway }: Props) => {
  const { control, label, help, required, secret, byDefault } = field;
  return (
    <div>
      <Field label={required ? label : `${label} (optional)`} hint={help} error={error}>
        {props => {
          const common = { ...props, value, disabled: isTakenAway };
          if (control.kind === 'yesNo' || control.kind === 'choice')
            return (
              <select {...common} onChange={event => onChange(event.target.value)}>
                <option value="">{byDefault === undefined ? 'Not set' : `By default: ${defaultWords(byDefault)}`}</option>
                {(control.kind === 'yesNo' ? YES_NO : control.options.map(option => [option, option] as const)).map(([option, words]) => (
                  <option key={option} value={option}>
                    {words}
                  </option>
                ))}
              </select>
            );
          return (
            <input
              {...common}
              type={secret ? 'password' : 'text'}
              autoComplete={secret ? 'new-password' : 'off'}
              spellCheck={false}
              inputMode={control.kind === 'number' ? 'numeric' : undefined}
              placeholder={secret && isSet ? 'Set. Leave empty to keep it.' : control.placeholder}
              onChange={event => onChange(event.target.value)}
            />
          );
        }}
      </Field>
      {secret && isSet && !required && (
        <label className="check-line small">
          <input type="checkbox" checked={isTakenAway} onChange={event => onTakeAway(event.target.checked)} /> Take it away
        </label>
      )}
    </div>
  );
};

const defaultWords = (value: unknown): string => (value === true ? 'yes' : value === false ? 'no' : String(value));
