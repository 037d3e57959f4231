import type {
  CompiledCatalog,
  CompiledRule,
  CompiledSystem,
  Recovery,
  TeamSubscription,
} from '../catalog/compiled.ts';
import { isActedOn } from '../recovery/consider.ts';

/** What follows from one rule: the alarm, what it reads, who hears of it, and what is tried. */
export interface RuleExplanation {
  readonly rule: CompiledRule;
  /** Who is paged, and how long after the alert fires; empty if its severity pages nobody. */
  readonly pages: readonly { readonly afterS: number; readonly people: readonly string[] }[];
  /** Addresses of the owners' teams that are told. */
  readonly told: readonly { readonly team: string; readonly address: string }[];
  readonly recoveries: readonly PossibleRecovery[];
}

/** A recovery that may be tried; `labels` are those of the series on which it depends whether it is. */
export interface PossibleRecovery {
  readonly recovery: Recovery;
  readonly labels: readonly string[];
}

/** Explains every rule with the name, in every system; none if there is no such rule. */
export function explainRules(catalog: CompiledCatalog, alert: string): RuleExplanation[] {
  return Object.values(catalog.systems).flatMap((system) =>
    system.rules.filter((rule) => rule.alert === alert).map((rule) => explained(rule, system, catalog)),
  );
}

function explained(
  rule: CompiledRule,
  system: CompiledSystem,
  { organization }: CompiledCatalog,
): RuleExplanation {
  const { escalation, teams } = organization;
  const owners = new Set([system.owner, system.services[rule.service ?? '']?.owner ?? system.owner]);
  return {
    rule,
    pages: escalation.pages.includes(rule.severity) ? pagesOf(escalation.levels) : [],
    told: [...owners].flatMap((team) =>
      (teams[team]?.subscriptions ?? [])
        .filter((subscription) => isTold(subscription, rule))
        .map(({ endpoint }) => ({ team, address: `${endpoint.protocol} ${endpoint.address}` })),
    ),
    recoveries: isActedOn(rule.severity) ? possible(rule, system.recoveries) : [],
  };
}

function pagesOf(levels: CompiledCatalog['organization']['escalation']['levels']) {
  let afterS = 0;
  return levels.map((level) => {
    afterS += level.afterS;
    return { afterS, people: level.people };
  });
}

function isTold({ filter }: TeamSubscription, { severity, system }: CompiledRule): boolean {
  return (
    filter.severity?.includes(severity) !== false &&
    filter.kind?.includes('opened') !== false &&
    filter.system?.includes(system) !== false
  );
}

/** Those that fit by what is known of the rule's alerts, up to the first that fits whatever the series are. */
function possible(rule: CompiledRule, recoveries: readonly Recovery[]): PossibleRecovery[] {
  const found: PossibleRecovery[] = [];
  for (const recovery of recoveries) {
    const labels = openLabels(rule, recovery);
    if (labels === undefined) continue;
    found.push({ recovery, labels });
    if (labels.length === 0) break;
  }
  return found;
}

/** The labels of a match that only the series can have; undefined if the rule's own labels do not fit. */
function openLabels(rule: CompiledRule, { match }: Recovery): string[] | undefined {
  const known: Readonly<Record<string, string>> = { ...rule.labels, alertname: rule.alert };
  const open: string[] = [];
  for (const [name, values] of Object.entries(match)) {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value === undefined || value.includes('{{')) open.push(name);
    else if (!values.includes(value)) return undefined;
  }
  return open;
}
