import { useRef } from 'react';
import { KEYS } from './keys.ts';
import { useIntents } from './use-intents.ts';

const DIALOG_ID = 'key-help';

/** Opens the list of keys. */
export const openKeyHelp = (): void => {
  const dialog = document.getElementById(DIALOG_ID);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
};

/** The list of keys, opened with `?`. */
export const KeyHelp = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  useIntents({ help: openKeyHelp });
  return (
    <dialog id={DIALOG_ID} ref={dialog} className="key-help" aria-labelledby="key-help-title">
      <h2 id="key-help-title">Keyboard</h2>
      <dl>
        {KEYS.map(entry => (
          <div key={entry.intent}>
            <dt>
              {entry.keys.split(' ').map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{entry.does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
};
