import { defineConfig } from 'vitest/config';

/** One project a kind of test: `npx vitest run --project unit`. They run one kind after the other. */
const project = (name: string, groupOrder: number, testTimeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    testTimeout,
    sequence: { groupOrder },
    // Two at a time: an end-to-end test is a whole cloud of processes.
    maxWorkers: 2,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 0, 20_000),
      project('timeline', 1, 60_000),
      project('stack', 2, 120_000),
      project('contract', 3, 120_000),
      project('e2e', 4, 300_000),
    ],
  },
});
