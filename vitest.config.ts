import { defineConfig } from 'vitest/config';

/** One project a kind of test, from fast to slow: `npx vitest run --project unit`. */
const project = (name: string, over: { testTimeout: number; maxWorkers?: number }) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], environment: 'node', ...over },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { testTimeout: 20_000 }),
      project('stack', { testTimeout: 120_000 }),
      project('timeline', { testTimeout: 60_000 }),
      project('contract', { testTimeout: 120_000 }),
      // Whole clouds with real processes: one at a time, or two cores drown.
      project('e2e', { testTimeout: 300_000, maxWorkers: 1 }),
    ],
  },
});
