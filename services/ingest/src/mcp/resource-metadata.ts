/** Where MCP clients talk to. */
export const MCP_PATH = '/mcp';
/** RFC 9728 §3.1: the well-known path stands before the resource's own. The bare form is what older clients ask for. */
export const METADATA_PATHS = ['/.well-known/oauth-protected-resource', `/.well-known/oauth-protected-resource${MCP_PATH}`] as const;

/** The address of the metadata, as a 401 names it. */
export const metadataUrlOf = (publicUrl: string): string => {
  const resource = new URL(publicUrl + MCP_PATH);
  return `${resource.origin}${METADATA_PATHS[0]}${resource.pathname}`;
};

/**
 * The protected-resource metadata (RFC 9728). It names no authorization server: the credential is an API key in the Authorization header,
 * issued in the console, and no token is to be fetched anywhere.
 */
export const resourceMetadata = (publicUrl: string): object => ({
  resource: publicUrl + MCP_PATH,
  resource_name: 'Holdpoint',
  bearer_methods_supported: ['header'],
  scopes_supported: ['requests:write', 'requests:read'],
});
