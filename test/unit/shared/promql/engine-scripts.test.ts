import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from './engine-script.ts';

/** Prometheus' own engine tests, kept beside the project and never copied into it. */
const FOLDER = join(import.meta.dirname, '../../../../../shared/data/promqltest');
/** What passes today; what is missing needs histogram samples or experimental parts of the language. */
const FLOOR = 1_108;
const isThere = existsSync(FOLDER);

test.skipIf(!isThere)(
  `Prometheus' engine scripts pass as far as the language is evaluated${isThere ? '' : ' (skipped: no folder shared/data/promqltest beside the project)'}`,
  () => {
    const verdicts = readdirSync(FOLDER)
      .filter((file) => file.endsWith('.test'))
      .sort()
      .map((file) => {
        return { file, all: runScript(readFileSync(join(FOLDER, file), 'utf8')) };
      });
    const lines = verdicts.map(
      ({ file, all }) => `${all.filter(({ reason }) => reason === '').length} of ${all.length}\t${file}`,
    );
    const passed = verdicts.flatMap(({ all }) => all).filter(({ reason }) => reason === '').length;
    process.stdout.write(`${lines.join('\n')}\n${passed} evals pass\n`);
    expect(passed).toBeGreaterThanOrEqual(FLOOR);
  },
);
