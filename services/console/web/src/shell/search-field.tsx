import type { Ref } from 'react';
import { Search } from './icons.tsx';

/** A search box. Escape empties it, then leaves it; it never leaves the page. */
export const SearchField = ({
  label,
  value,
  onType,
  ref,
}: {
  label: string;
  value: string;
  onType: (text: string) => void;
  ref?: Ref<HTMLInputElement>;
}) => (
  <label className="search-field">
    <Search />
    <span className="visually-hidden">{label}</span>
    <input
      ref={ref}
      type="search"
      placeholder={label}
      maxLength={200}
      value={value}
      onChange={event => onType(event.target.value)}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        if (value === '') event.currentTarget.blur();
        else onType('');
      }}
    />
  </label>
);
