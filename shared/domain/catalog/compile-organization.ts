import { expandToPeople } from './check-organization.ts';
import type { CompiledOrganization } from './compiled.ts';
import type { OrganizationFile } from './schema/organization.ts';

/** Makes the compiled form of a sound `organization.yaml`: teams in levels become people. */
export function compileOrganization({ people, teams, escalation }: OrganizationFile): CompiledOrganization {
  const { pages, levels, repeat, acknowledgement } = escalation;
  return {
    people,
    teams,
    escalation: {
      pages,
      levels: levels.map(({ notify, after }) => ({
        afterS: after ?? 0,
        people: expandToPeople(notify, teams),
      })),
      repeat: { times: repeat.times, everyS: repeat.every },
      acknowledgementExpiresS: acknowledgement.expiresAfter,
    },
  };
}
