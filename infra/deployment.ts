import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';

/** What every stack is given: the catalog that is deployed, and where its bundles go. */
export interface Deployment {
  readonly catalog: CompiledCatalog;
  /** The catalog as it travels in every bundle. */
  readonly catalogJson: string;
  /** The assembly's folder. */
  readonly outDir: string;
  /** On a laptop a person waits: `escalate` looks every 10 s instead of every minute. */
  readonly cadence: 'cloud' | 'local';
}
