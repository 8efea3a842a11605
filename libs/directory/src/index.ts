export { openDirectory, type Directory, type DirectoryLists } from './directory.ts';
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
