import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Statistic } from './alarm.ts';

/** What CloudWatch keeps of the values of one second of one metric. */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One statistic of a set, as an alarm compares it. */
export function statisticOf(set: StatisticSet, statistic: Statistic): number {
  switch (statistic) {
    case 'Average':
      return set.sum / set.count;
    case 'Maximum':
      return set.maximum;
    case 'Minimum':
      return set.minimum;
    case 'SampleCount':
      return set.count;
    case 'Sum':
      return set.sum;
  }
}

type Seconds = Map<number, StatisticSet>;

/**
 * The classic metrics (PutMetricData and what AWS services vend), one statistic set a second, in memory
 * for reading and in table `classic_second` for the next start.
 */
export class ClassicMetrics {
  readonly #metrics: Map<string, Map<string, Seconds>>;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #changed = new Map<string, { key: string; unit: string; second: number }>();

  constructor(database: DatabaseSync) {
    database.exec(`CREATE TABLE IF NOT EXISTS classic_second (
      metric TEXT, unit TEXT, second INTEGER, count REAL, sum REAL, minimum REAL, maximum REAL,
      PRIMARY KEY (metric, unit, second)) WITHOUT ROWID`);
    this.#metrics = load(database);
    this.#insert = database.prepare('INSERT OR REPLACE INTO classic_second VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM classic_second WHERE second < ?');
  }

  put(metric: MetricId, unit: string, atMs: number, values: StatisticSet): void {
    const key = keyOf(metric);
    const second = Math.floor(atMs / 1000);
    const seconds = secondsOf(this.#metrics, key, unit);
    seconds.set(second, joined(seconds.get(second), values));
    this.#changed.set(`${key} ${unit} ${second}`, { key, unit, second });
  }

  /** Everything of [from, to) in one; undefined without data. Any unit if none is given. */
  aggregate(metric: MetricId, unit: string | undefined, span: Span): StatisticSet | undefined {
    let total: StatisticSet | undefined;
    for (const [ofUnit, seconds] of this.#metrics.get(keyOf(metric)) ?? []) {
      if (unit !== undefined && unit !== ofUnit) continue;
      for (let second = Math.ceil(span.fromMs / 1000); second * 1000 < span.toMs; second += 1) {
        const set = seconds.get(second);
        if (set !== undefined) total = joined(total, set);
      }
    }
    return total;
  }

  /** Writes what came since the last time, in the caller's transaction. */
  flush(): void {
    for (const { key, unit, second } of this.#changed.values()) {
      const set = this.#metrics.get(key)?.get(unit)?.get(second);
      if (set === undefined) continue;
      this.#insert.run(key, unit, second, set.count, set.sum, set.minimum, set.maximum);
    }
    this.#changed.clear();
  }

  /** Forgets what is older. */
  prune(beforeMs: number): void {
    const before = Math.floor(beforeMs / 1000);
    this.#remove.run(before);
    for (const units of this.#metrics.values()) {
      for (const seconds of units.values()) {
        for (const second of seconds.keys()) if (second < before) seconds.delete(second);
      }
    }
  }
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function load(database: DatabaseSync): Map<string, Map<string, Seconds>> {
  const metrics = new Map<string, Map<string, Seconds>>();
  for (const row of database.prepare('SELECT * FROM classic_second').iterate()) {
    secondsOf(metrics, String(row['metric']), String(row['unit'])).set(Number(row['second']), {
      count: Number(row['count']),
      sum: Number(row['sum']),
      minimum: Number(row['minimum']),
      maximum: Number(row['maximum']),
    });
  }
  return metrics;
}

function secondsOf(metrics: Map<string, Map<string, Seconds>>, key: string, unit: string): Seconds {
  const units = metrics.get(key) ?? new Map<string, Seconds>();
  metrics.set(key, units);
  const seconds = units.get(unit) ?? new Map<number, StatisticSet>();
  units.set(unit, seconds);
  return seconds;
}

function keyOf(metric: MetricId): string {
  const dimensions = Object.entries(metric.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([metric.namespace, metric.name, dimensions]);
}

function joined(a: StatisticSet | undefined, b: StatisticSet): StatisticSet {
  if (a === undefined) return b;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}
