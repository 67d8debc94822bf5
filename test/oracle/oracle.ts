import { fetched } from './checks/budget/fetched';
import { jobs } from './checks/budget/jobs';
import { requests } from './checks/budget/requests';
import { bytes } from './checks/bytes';
import { deletions } from './checks/deletions';
import { histories } from './checks/histories';
import { keys } from './checks/keys';
import { outcomes } from './checks/outcomes';
import { secrets } from './checks/secrets';
import { status } from './checks/status';
import { uploads } from './checks/uploads';
import type { World } from './world';

/** By the numbers of the list in docs/testing.md. Each gives a plain sentence for everything that is wrong. */
export const CHECKS = {
  'O1 outcomes': outcomes,
  'O2 bytes': bytes,
  'O3 keys': keys,
  'O4 uploads': uploads,
  'O5 deletions': deletions,
  'O6 jobs': jobs,
  'O6 fetched bytes': fetched,
  'O6 requests': requests,
  'O7 histories': histories,
  'O8 status': status,
  'O9 secrets': secrets,
} as const satisfies Readonly<Record<string, (world: World) => string[]>>;

export type CheckName = keyof typeof CHECKS;

export interface Violation {
  readonly check: CheckName;
  readonly sentence: string;
}

/** Everything that is wrong with a world. */
export const judge = (world: World): readonly Violation[] =>
  (Object.keys(CHECKS) as CheckName[]).flatMap((check) =>
    CHECKS[check](world).map((sentence) => ({ check, sentence })),
  );
