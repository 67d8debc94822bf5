/** Variables that point the Temporal CLI and SDKs at a local server. */
export const temporalEnvironment = (server: { readonly address: string; readonly namespace: string }) => ({
  TEMPORAL_ADDRESS: server.address,
  TEMPORAL_NAMESPACE: server.namespace,
});

/** Lines for a shell to evaluate. */
export const exportLines = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);

/** Replaces the user's own profiles. The Temporal SDK accepts a missing file, but not an empty one. */
const NO_PROFILES = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
} as const;

/**
 * Points this process, and its children, at the given Temporal and AWS only. Hides all other configuration of the user:
 * a profile or an endpoint of one service must not lead a demo to real data.
 */
export function pointThisProcessAt(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (/^(AWS_(?!SDK_)|TEMPORAL_)/.test(name)) delete process.env[name];
  Object.assign(process.env, NO_PROFILES, environment);
}
