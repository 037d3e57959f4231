import type { NamedAddress } from '../domain/collection/targets.ts';

/** The kinds of DNS record that name targets. */
export type RecordType = 'A' | 'AAAA' | 'SRV';

/** What names stand for. */
export interface NameService {
  /**
   * The records of a name, in no particular order; none if there is no such name or it has no records of the type.
   *
   * @throws if nobody answers
   */
  readonly resolve: (name: string, type: RecordType) => Promise<readonly NamedAddress[]>;
}
