import type { Expr } from '../../promql/ast.ts';
import type { CompiledObjective } from './compiled.ts';
import { PIECE_MS } from '../objective/attainment.ts';
import { hint } from './nearest.ts';
import { failure, type Finding } from './problem.ts';
import { confinedQuery, readExpr } from './rule-query.ts';
import type { Salvaged } from './salvage.ts';
import type { SystemFile } from './schema/system.ts';

/** What objectives refer to. */
export interface ObjectiveContext {
  readonly system: string;
  readonly services: ReadonlySet<string>;
  readonly recordings: ReadonlyMap<string, Expr>;
}

/** Reads the objectives of a system: their expressions as rules' are, confined to the system. */
export function compileObjectives(
  sound: Salvaged<SystemFile>,
  context: ObjectiveContext,
): { readonly objectives: readonly CompiledObjective[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const objectives = Object.entries(sound.objectives ?? {}).flatMap(([name, entry]): CompiledObjective[] => {
    if (entry?.value === undefined) return [];
    const { service, value, description, target, window, atMost, atLeast } = entry;
    if (service !== undefined && !context.services.has(service))
      findings.push(
        failure(['objectives', name, 'service'], `no service "${service}"${hint(service, context.services)}`),
      );
    const read = readExpr(value, 'alert');
    const query = read.ok ? confinedQuery(read.expr, context.recordings, context.system, PIECE_MS) : read;
    if (!query.ok) {
      for (const { message, from } of query.faults)
        findings.push(failure(['objectives', name, 'value'], message, from));
      return [];
    }
    const limit = atMost ?? atLeast;
    if (limit === undefined || target === undefined || window === undefined) return [];
    return [
      {
        name,
        ...(description !== undefined && { description }),
        ...(service !== undefined && { service }),
        query: query.query,
        holds: atMost === undefined ? 'at-least' : 'at-most',
        limit,
        target,
        windowS: window,
      },
    ];
  });
  return { objectives, findings };
}
