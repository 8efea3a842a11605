import { settingId } from '@holdpoint/contracts';

/** Where MCP clients talk to. */
export const MCP_PATH = '/mcp';
/** RFC 9728 §3.1: the well-known path stands before the resource's own. The bare form is what older clients ask for. */
export const METADATA_PATHS = ['/.well-known/oauth-protected-resource', `/.well-known/oauth-protected-resource${MCP_PATH}`] as const;

/** Where agents reach an MCP server behind the gate: this, and the gateway's id. */
export const GATEWAY_PATH = `${MCP_PATH}/gateway/`;

/** Whether a path is that of an MCP server behind the gate. Only such a path is ever repeated in an answer. */
export const isGatewayPath = (path: string): boolean =>
  path.startsWith(GATEWAY_PATH) && settingId.safeParse(path.slice(GATEWAY_PATH.length)).success;

/** The address of the metadata, as a 401 names it. @param path of the MCP endpoint; any other path gets the metadata of the gate itself */
export const metadataUrlOf = (publicUrl: string, path: string): string => {
  const resource = new URL(publicUrl + (isGatewayPath(path) ? path : MCP_PATH));
  return `${resource.origin}${METADATA_PATHS[0]}${resource.pathname}`;
};

/**
 * The protected-resource metadata (RFC 9728). It names no authorization server: the credential is an API key in the Authorization header,
 * issued in the console, and no token is to be fetched anywhere.
 */
export const resourceMetadata = (publicUrl: string, path: string = MCP_PATH): object => ({
  resource: publicUrl + path,
  resource_name: 'Holdpoint',
  bearer_methods_supported: ['header'],
  scopes_supported: ['requests:write', 'requests:read'],
});
