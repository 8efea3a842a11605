export type { Asked } from './asked.ts';
export { DirectoryBehind, openDirectory, type Directory, type DirectoryLists } from './directory.ts';
export { emptyDirectory, type DirectoryState } from './directory-state.ts';
export type {
  Absence,
  Address,
  Agent,
  ApiKey,
  ChannelConnection,
  ChannelFault,
  Connection,
  EmailChange,
  Endpoint,
  Enrolment,
  Grant,
  Invitation,
  KillSwitch,
  McpGateway,
  Operator,
  Organization,
  PersonalToken,
  PersonsQuietHours,
  PolicyDraft,
  Profile,
  PublishedEscalation,
  PublishedPolicy,
  PublishedSchedule,
  PublishedTemplate,
  ReturnedBand,
  SingleSignOn,
  Team,
} from './directory-state.ts';
export { cutoffOf } from './cutoff.ts';
export { evolveDirectory } from './evolve-directory.ts';
export { openRotations, type Rotation, type Rotations } from './rotations.ts';
