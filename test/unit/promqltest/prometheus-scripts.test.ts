import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScript } from '../../promqltest/run-script.ts';
import type { Verdict } from '../../promqltest/verdict.ts';

/** Prometheus' own engine tests, kept beside the project and never copied into it. */
const FOLDER = join(import.meta.dirname, '../../../../shared/data/promqltest');
const isThere = existsSync(FOLDER);
const skipped = isThere ? '' : ' (skipped: no folder shared/data/promqltest beside the project)';

/** How many evals of each file pass at least. Raise a figure when more pass; never lower one. */
const FLOORS: Readonly<Record<string, number>> = {
  'aggregators.test': 160,
  'at_modifier.test': 78,
  'collision.test': 2,
  'duration_expression.test': 59,
  'extended_vectors.test': 169,
  'fill-modifier.test': 46,
  'functions.test': 431,
  'histograms.test': 185,
  'info.test': 53,
  'limit.test': 37,
  'literals.test': 25,
  'name_label_dropping.test': 30,
  'native_histograms.test': 522,
  'operators.test': 214,
  'range_queries.test': 18,
  'selectors.test': 31,
  'staleness.test': 17,
  'start_timestamps.test': 26,
  'subquery.test': 34,
  'trig_functions.test': 19,
  'type_and_unit.test': 58,
};

const known = new Map<string, readonly Verdict[]>();

/** Each script is run once. */
function verdictsOf(file: string): readonly Verdict[] {
  const verdicts = known.get(file) ?? runScript(readFileSync(join(FOLDER, file), 'utf8'));
  known.set(file, verdicts);
  return verdicts;
}

describe.skipIf(!isThere)(`Prometheus' engine scripts${skipped}`, () => {
  test.each(Object.entries(FLOORS))('%s passes in at least %i evals', (file, floor) => {
    const verdicts = verdictsOf(file);
    const passed = verdicts.filter(({ failure }) => failure === undefined).length;
    expect(passed).toBeGreaterThanOrEqual(floor);
  });

  test('every eval of the stable language on numbers and classic histograms passes', () => {
    const failing = Object.keys(FLOORS).flatMap((file) =>
      verdictsOf(file)
        .filter(({ needs, failure }) => needs.length === 0 && failure !== undefined)
        .map(({ line, expr, failure }) => `${file}:${line}: ${expr}: ${failure?.reason}`),
    );
    expect(failing).toEqual([]);
  });

  test('no script is left out', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.test'));
    expect(Object.keys(FLOORS)).toEqual(files.sort());
  });
});
