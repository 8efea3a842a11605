export { DirectoryBehind, openDirectory, type Directory, type DirectoryLists } from './directory.ts';
export { emptyDirectory, type DirectoryState } from './directory-state.ts';
export type {
  Address,
  Agent,
  ApiKey,
  Connection,
  Endpoint,
  Operator,
  Organization,
  PersonalToken,
  PublishedPolicy,
} from './directory-state.ts';
export { evolveDirectory } from './evolve-directory.ts';
