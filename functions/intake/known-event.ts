import type { AlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';

/** An event together with the rule that its alarm was made from. */
export interface KnownEvent {
  readonly rule: CompiledRule;
  readonly event: AlarmEvent;
}
