import type { SignInMethod, SignInMethods } from '@holdpoint/contracts';
import { logoAddress } from '../settings/logo.ts';
import type { AccountDeps } from './account-deps.ts';
import { canHavePasskeys } from './passkey-host.ts';

/** What the sign-in page offers while nobody is known: each way that some organisation here takes. Who may use it is checked afterwards. */
export const signInMethods = ({ directory, passkeyHost }: Pick<AccountDeps, 'directory' | 'passkeyHost'>): SignInMethods => {
  const organizations = directory.organizations();
  const [only, ...others] = organizations;
  const some = (method: SignInMethod) =>
    organizations.filter(({ organizationId }) => directory.signInPolicy(organizationId).methods.includes(method));
  return {
    password: some('password').length > 0,
    passkey: some('passkey').length > 0 && canHavePasskeys(passkeyHost) ? { host: passkeyHost } : null,
    singleSignOn: some('oidc')
      .filter(({ organizationId }) => directory.singleSignOn(organizationId) !== null)
      .map(({ organizationId, name }) => ({ organizationId, name })),
    organization: only === undefined || others.length > 0 ? null : { name: only.name, logo: logoAddress(only) },
  };
};
