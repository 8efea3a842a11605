import { AccessReviewController } from './access-review.controller.ts';
import { ChangeEmailController } from './change-email.controller.ts';
import { InvitationsController } from './invitations.controller.ts';
import { MembersController } from './members.controller.ts';
import { OidcController } from './oidc.controller.ts';
import { PasskeySignInController } from './passkey-sign-in.controller.ts';
import { PasswordResetController } from './password-reset.controller.ts';
import { SecurityController } from './security.controller.ts';
import { SessionQueryController } from './session-query.controller.ts';
import { SessionsController } from './sessions.controller.ts';
import { StepUpController } from './step-up.controller.ts';
import { SignInPolicyController } from './sign-in-policy.controller.ts';
import { SignInController } from './sign-in.controller.ts';

/** How people join, prove who they are, and leave. */
export const ACCOUNTS_CONTROLLERS = [
  SignInController,
  PasskeySignInController,
  PasswordResetController,
  InvitationsController,
  SecurityController,
  ChangeEmailController,
  SessionsController,
  MembersController,
  StepUpController,
  OidcController,
  SignInPolicyController,
  AccessReviewController,
  SessionQueryController,
];
