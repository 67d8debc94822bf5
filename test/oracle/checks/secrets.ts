import type { World } from '../world';

/** O9: no secret stands in a history, a log, a receipt or another file of the run. */
export function secrets({ secrets, histories, papers }: World): string[] {
  const places = [
    ...histories.map(({ workflowId, bytes }) => ({ name: `the history of ${workflowId}`, bytes })),
    ...papers,
  ];
  return secrets.flatMap((secret, number) =>
    places
      .filter(({ bytes }) => disguises(secret).some((text) => bytes.includes(text)))
      // The secret itself stays out of this report as well.
      .map(({ name }) => `secret ${number + 1} stands in ${name}`),
  );
}

const disguises = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
];
