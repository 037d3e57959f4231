import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import type { Operation, ResourceProvider } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';

interface Dashboard {
  readonly body: string;
  readonly modifiedMs: number;
}

const Name = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, 'up to 255 letters, digits, - and _');
const Body = z.string().refine(hasWidgets, 'JSON with an array "widgets" of at most 500 widgets');
const Properties = z.object({ DashboardName: Name.optional(), DashboardBody: Body });
const GetInput = z.strictObject({ DashboardName: z.string().min(1) });
const ListInput = z.strictObject({
  DashboardNamePrefix: z.string().optional(),
  NextToken: z.string().optional(),
});

/** Dashboards as they were declared: kept and told again, never drawn. */
export function dashboards(
  kernel: Kernel,
  state: StateStore,
): { operations: Readonly<Record<string, Operation>>; provider: ResourceProvider } {
  const table = state.table<Dashboard>('dashboard');
  const arnOf = (name: string): string => `arn:aws:cloudwatch::${kernel.accountId}:dashboard/${name}`;
  return {
    operations: {
      GetDashboard: (input) => {
        const { DashboardName: name } = GetInput.parse(input);
        const found = table.get(name);
        if (found === undefined)
          throw new AwsError('ResourceNotFound', `There is no dashboard "${name}".`, 404);
        return { DashboardArn: arnOf(name), DashboardBody: found.body, DashboardName: name };
      },
      // AWS pages after 1,000; so many systems are not run here.
      ListDashboards: (input) => {
        const { DashboardNamePrefix: prefix = '' } = ListInput.parse(input);
        const entries = table.entries().filter(([name]) => name.startsWith(prefix));
        return {
          DashboardEntries: entries.map(([name, { body, modifiedMs }]) => ({
            DashboardName: name,
            DashboardArn: arnOf(name),
            LastModified: new Date(modifiedMs),
            Size: Buffer.byteLength(body),
          })),
        };
      },
    },
    provider: {
      type: 'AWS::CloudWatch::Dashboard',
      put: ({ properties, suggestedName }) => {
        const { DashboardName: name = suggestedName, DashboardBody: body } = Properties.parse(properties);
        table.put(name, { body, modifiedMs: kernel.clock.nowMs() });
        return { ref: name, attributes: {} };
      },
      remove: (name) => {
        table.delete(name);
      },
    },
  };
}

function hasWidgets(text: string): boolean {
  try {
    const { widgets } = JSON.parse(text) as { widgets?: unknown };
    return Array.isArray(widgets) && widgets.length <= 500;
  } catch {
    return false;
  }
}
