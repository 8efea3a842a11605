import { useId } from 'react';
import { Field } from './panel.tsx';

/** Every zone this browser knows; typed names are checked by the API. */
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** Chooses a time zone by typing part of its name. @param error what the API said about it */
export const ZoneField = ({
  label = 'Time zone',
  hint = 'Type a city, such as Berlin.',
  error,
  value,
  onChange,
}: {
  label?: string;
  hint?: string;
  error: string | null;
  value: string;
  onChange: (zone: string) => void;
}) => {
  const list = useId();
  return (
    <Field label={label} hint={hint} error={error}>
      {props => (
        <>
          <input {...props} list={list} spellCheck={false} value={value} onChange={event => onChange(event.target.value)} />
          <datalist id={list}>
            {ZONES.map(zone => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
};
