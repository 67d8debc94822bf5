import type { World } from '../world';

/** O9: no history, log, receipt or other file of the run contains a secret. */
export function secrets({ secrets, histories, papers }: World): string[] {
  const places = [
    ...histories.map(({ workflowId, bytes }) => ({ name: `the history of ${workflowId}`, bytes })),
    ...papers,
  ];
  return secrets.flatMap((secret, number) =>
    places
      .filter(({ bytes }) => encodings(secret).some((text) => bytes.includes(text)))
      // The report must not contain the secret either.
      .map(({ name }) => `${name} contains secret ${number + 1}`),
  );
}

const encodings = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
];
