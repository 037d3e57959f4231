import type { NamedAddress } from '../../shared/domain/collection/targets.ts';
import type { NameService } from '../../shared/ports/name-service.ts';

/** Names as the test sets them, by `type name`. */
export class FakeNames implements NameService {
  readonly records = new Map<string, readonly NamedAddress[]>();
  outage: Error | undefined;

  readonly resolve = async (name: string, type: string): Promise<readonly NamedAddress[]> => {
    if (this.outage !== undefined) throw this.outage;
    return this.records.get(`${type} ${name}`) ?? [];
  };
}
