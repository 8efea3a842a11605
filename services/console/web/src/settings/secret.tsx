import { CopyButton } from '../text/copy-button.tsx';

/** Something that is shown once. */
export const Secret = ({ what, value }: { what: string; value: string }) => (
  <div className="secret" role="status">
    <p>
      <strong>{what} is shown once.</strong> Keep it now.
    </p>
    <p>
      <code>{value}</code> <CopyButton text={() => value} what={what.toLowerCase()} />
    </p>
  </div>
);
