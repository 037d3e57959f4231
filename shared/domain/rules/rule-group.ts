import type { Expr } from '../../promql/ast.ts';

/** Rules that are evaluated one after the other at the same times, as Prometheus' rule files have them. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** How often; undefined where the file leaves it to the default. */
  readonly intervalMs: number | undefined;
  /** How far in the past it is evaluated. */
  readonly queryOffsetMs: number;
  /** The most alerts or series that a rule may give; 0 for any number. */
  readonly limit: number;
  readonly rules: readonly Rule[];
}

export type Rule = AlertingRule | RecordingRule;

/** A rule whose every result is an alert. Labels are those of the group and its own; both may be templates. */
export interface AlertingRule {
  readonly kind: 'alert';
  readonly name: string;
  readonly expr: Expr;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A rule whose results are series of a new name. */
export interface RecordingRule {
  readonly kind: 'record';
  readonly name: string;
  readonly expr: Expr;
  readonly labels: Readonly<Record<string, string>>;
}
