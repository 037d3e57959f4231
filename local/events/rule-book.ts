import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource, type DeployedResource } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';
import { readRule, type Rule, type RuleProperties } from './rule.ts';

/** A rule as it was declared, and as it is used. */
export interface BookedRule {
  readonly rule: Rule;
  readonly properties: RuleProperties;
}

/**
 * The rules of the default bus. Templates are deployed anew at each start and are the truth for what they
 * declare; only what was put over the API is kept on disk.
 */
export class RuleBook {
  readonly #rules = new Map<string, BookedRule>();
  readonly #kept;
  readonly #arnPrefix: string;

  constructor(kernel: Kernel, state: StateStore) {
    this.#arnPrefix = `arn:aws:events:${kernel.region}:${kernel.accountId}:rule/`;
    this.#kept = state.table<RuleProperties>('rules');
    for (const [name, properties] of this.#kept.entries()) this.#set(name, properties);
  }

  all(): readonly BookedRule[] {
    return [...this.#rules.values()];
  }

  find(name: string): BookedRule | undefined {
    return this.#rules.get(name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  at(name: string): BookedRule {
    const found = this.#rules.get(name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  /** @throws Error that says what is wrong with a property or the pattern */
  deploy({ properties, suggestedName }: DeclaredResource): DeployedResource {
    const { rule } = this.#set(suggestedName, properties);
    this.#kept.delete(rule.name);
    return { ref: rule.name, attributes: { Arn: rule.arn } };
  }

  /** Puts a rule of the API. @throws as {@link deploy} */
  put(name: string, properties: RuleProperties): BookedRule {
    const booked = this.#set(name, properties);
    this.#kept.put(name, properties);
    return booked;
  }

  remove(name: string): void {
    this.#rules.delete(name);
    this.#kept.delete(name);
  }

  #set(suggestedName: string, properties: RuleProperties): BookedRule {
    const rule = readRule({ properties, suggestedName }, this.#arnPrefix);
    const booked = { rule, properties };
    this.#rules.set(rule.name, booked);
    return booked;
  }
}
