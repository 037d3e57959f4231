import type { ResourceProvider } from '../kernel/service.ts';
import type { DeployedStack, DeployOptions } from './deploy-assembly.ts';

interface Remembered {
  readonly type: string;
  readonly ref: string;
}

/** A queue's `Ref` holds the address of the cloud, and that may be another one after a restart. */
const ENDPOINT = '{endpoint}';

/**
 * Removes what an earlier deployment made and this one does not declare any more, and remembers what is there
 * now. Without it the alarm of a rule that was rewritten would go on firing under its old name.
 */
export async function forgetUndeclared(
  deployed: readonly DeployedStack[],
  byType: ReadonlyMap<string, ResourceProvider>,
  kernel: DeployOptions['kernel'],
): Promise<void> {
  const state = kernel.state('cloudformation');
  const table = state.table<Remembered>('resources');
  const now = new Map<string, Remembered>();
  for (const { name, resources } of deployed) {
    for (const [logicalId, { type, ref }] of resources) {
      now.set(`${name}/${logicalId}`, { type, ref: ref.replace(kernel.endpoint(), ENDPOINT) });
    }
  }
  const stillThere = new Set([...now.values()].map(({ type, ref }) => `${type} ${ref}`));
  for (const [key, { type, ref }] of table.entries()) {
    if (!stillThere.has(`${type} ${ref}`)) {
      kernel.log('info', 'resource is no longer declared', { resource: key, type, ref });
      await byType.get(type)?.remove?.(ref.replace(ENDPOINT, kernel.endpoint()));
    }
    if (!now.has(key)) table.delete(key);
  }
  state.atomically(() => {
    for (const [key, one] of now) table.put(key, one);
  });
}
