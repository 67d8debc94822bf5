/**
 * How often a property test runs: `fullRuns` times under PROPERTY_RUNS=full (`npm run test:full`), else a tenth of it,
 * at least 20.
 */
export const propertyRuns = (fullRuns: number): number =>
  process.env['PROPERTY_RUNS'] === 'full' ? fullRuns : Math.min(fullRuns, Math.max(20, Math.ceil(fullRuns / 10)));
