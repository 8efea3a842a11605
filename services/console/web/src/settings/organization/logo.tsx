import { type ChangeEvent, useState } from 'react';
import { Logo } from '../../shell/logo.tsx';
import { useShowAgain } from '../../shell/use-show-again.ts';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { useChange } from '../use-setting.ts';

/** Largest image, bytes, as the operators' API has it. */
const BYTES_MAX = 65_536;
const KINDS = ['image/png', 'image/jpeg', 'image/webp'];

/** The organisation's logo: in the bar on every page, and where people sign in. */
export const LogoPanel = ({ name, logo, admin }: { name: string; logo: string | null; admin: boolean }) => {
  const change = useChange();
  const [file, setFile] = useState<File | null>(null);
  const showAgain = useShowAgain();
  const tooLarge = file !== null && file.size > BYTES_MAX;
  const choose = (event: ChangeEvent<HTMLInputElement>) => setFile(event.target.files?.[0] ?? null);
  const save = async () => {
    if (file === null) return;
    const done = await change.change('PUT', '/api/organization/logo', { image: await base64Of(file) }, 'This is the logo from now on.');
    if (done === null) return;
    setFile(null);
    await showAgain();
  };
  return (
    <Panel title="Logo" intro="In the bar on every page, and where people sign in. Messages name the organisation in words.">
      {logo !== null && (
        <p className="logo-sample">
          <Logo src={logo} name={name} />
        </p>
      )}
      {admin && (
        <>
          <div className="setting-form">
            <Field
              label="Image"
              hint="PNG, JPEG or WebP, 64 KiB at most, 16 to 1024 pixels each side."
              error={tooLarge ? `has ${Math.ceil((file?.size ?? 0) / 1_024)} KiB; at most 64 are taken` : change.errorAt('/image')}
            >
              {props => <input {...props} key={file === null ? 'none' : 'chosen'} type="file" accept={KINDS.join()} onChange={choose} />}
            </Field>
          </div>
          <div className="ask-row">
            <SaveButton
              change={change}
              label="Set the logo"
              whyNot={file === null ? 'Choose an image first.' : tooLarge ? 'Choose a smaller one.' : null}
              save={save}
            />
            {logo !== null && (
              <AskFirst
                quiet
                label="Take it away"
                will="The organisation is shown by its name and initials again."
                busy={change.busy}
                run={() => change.change('PUT', '/api/organization/logo', { image: null }, 'Taken away.').then(showAgain)}
              />
            )}
          </div>
        </>
      )}
      <Said change={change} />
    </Panel>
  );
};

const base64Of = async (file: File): Promise<string> => {
  let text = '';
  for (const byte of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
};
