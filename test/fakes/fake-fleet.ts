import type { RunningTask } from '../../shared/domain/collection/targets.ts';
import type { Fleet } from '../../shared/ports/fleet.ts';

/** Tasks as the test sets them, by `cluster/service`. */
export class FakeFleet implements Fleet {
  readonly running = new Map<string, readonly RunningTask[]>();
  outage: Error | undefined;

  readonly tasks = async (cluster: string, service: string): Promise<readonly RunningTask[]> => {
    if (this.outage !== undefined) throw this.outage;
    return this.running.get(`${cluster}/${service}`) ?? [];
  };
}
