import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Fleet } from '../../shared/ports/fleet.ts';
import type { HttpGet } from '../../shared/ports/http.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { NameService } from '../../shared/ports/name-service.ts';
import type { SeriesWriter } from '../../shared/ports/series.ts';
import type { Limiter } from './at-most.ts';
import type { SystemMemory } from './memory.ts';

/** What a sweep needs of the world. */
export interface SweepDeps {
  readonly clock: Clock;
  readonly get: HttpGet;
  readonly fleet: Fleet;
  readonly names: NameService;
  readonly series: SeriesWriter;
  readonly log: Log;
  /** Bounds the requests to targets that are under way, over all systems. */
  readonly limit: Limiter;
}

/** The system that is swept, and what is remembered about it. */
export interface Watch {
  readonly system: CompiledSystem;
  readonly memory: SystemMemory;
}
