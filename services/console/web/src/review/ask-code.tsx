import { useEffect, useRef } from 'react';

/** Asks for the code of the authenticator app, over the page. Escape and Cancel give none. */
export const AskCode = ({ answer }: { answer(code: string | null): void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    code.current?.focus();
  }, []);
  return (
    <dialog ref={dialog} className="key-help" aria-labelledby="ask-code" onCancel={() => answer(null)}>
      <form
        className="ask-code"
        onSubmit={event => {
          event.preventDefault();
          answer(code.current?.value.trim() ?? null);
        }}
      >
        <h2 id="ask-code">Confirm that it is you</h2>
        <p>This lets an action of high risk run. Type what your authenticator app shows now.</p>
        <label>
          Code
          <input ref={code} inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}" required maxLength={6} />
        </label>
        <div className="ask-buttons">
          <button type="button" className="button" onClick={() => answer(null)}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Confirm
          </button>
        </div>
      </form>
    </dialog>
  );
};
