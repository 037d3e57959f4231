import { cpSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AwsError } from '../kernel/service.ts';
import type { StateStore, StateTable } from '../kernel/state-store.ts';
import type { FunctionConfig } from './function-config.ts';
import { parseFunctionName } from './function-name.ts';

/** A function as a caller named it: what runs, and under which ARN it was called. */
export interface ResolvedFunction {
  readonly config: FunctionConfig;
  readonly qualifier?: string | undefined;
  /** With the qualifier the caller gave, as `context.invokedFunctionArn` shows it. */
  readonly invokedArn: string;
}

export interface RegistryPlace {
  /** `arn:aws:lambda:<region>:<account>:function:` */
  readonly arnPrefix: string;
  /** Where published code is copied, so that a version outlives its asset folder. Not copied if not given. */
  readonly codeDir?: string | undefined;
}

interface PublishedVersion {
  readonly config: FunctionConfig;
  readonly publisher: string;
}

/**
 * Functions, versions and aliases. Functions and aliases come from the templates at every start;
 * versions are kept in the state, because an execution stays on the version that began it.
 */
export class FunctionRegistry {
  readonly #functions = new Map<string, FunctionConfig>();
  readonly #aliases = new Map<string, string>();
  readonly #versions: StateTable<PublishedVersion>;
  readonly #place: RegistryPlace;

  constructor(state: StateStore, place: RegistryPlace) {
    this.#versions = state.table<PublishedVersion>('versions');
    this.#place = place;
  }

  put(config: FunctionConfig): void {
    this.#functions.set(config.name, config);
  }

  list(): FunctionConfig[] {
    return [...this.#functions.values()];
  }

  /** Publishes `$LATEST`. The same publisher (stack and logical id) gets the same number again. */
  publish(functionName: string, publisher: string): FunctionConfig {
    const { name } = parseFunctionName(functionName);
    const current = this.#latest(name);
    const known = this.#versions.entries().filter(([key]) => key.startsWith(`${name}:`));
    const again = known.find(([, each]) => each.publisher === publisher)?.[1].config.version;
    const version = again ?? String(known.length + 1);
    const { codeDir } = this.#place;
    const codePath = codeDir === undefined ? current.codePath : keepCode(codeDir, current);
    const config = { ...current, version, codePath };
    this.#versions.put(versionKey(name, version), { config, publisher });
    return config;
  }

  /** Gives the ARN of the alias. */
  putAlias(functionName: string, alias: string, version: string): string {
    const { name } = parseFunctionName(functionName);
    this.#aliases.set(`${name}:${alias}`, version);
    return `${this.#latest(name).arn}:${alias}`;
  }

  alias(functionName: string, alias: string): { readonly arn: string; readonly version: string } {
    const { name } = parseFunctionName(functionName);
    const version = this.#aliases.get(`${name}:${alias}`);
    const arn = `${this.#latest(name).arn}:${alias}`;
    if (version === undefined) throw notFound(`Cannot find alias arn: ${arn}`);
    return { arn, version };
  }

  aliases(functionName: string): { readonly name: string; readonly arn: string; readonly version: string }[] {
    const { name, arn } = this.#latest(parseFunctionName(functionName).name);
    return [...this.#aliases]
      .filter(([key]) => key.startsWith(`${name}:`))
      .map(([key, version]) => ({ key: key.slice(name.length + 1), version }))
      .map(({ key, version }) => ({ name: key, arn: `${arn}:${key}`, version }));
  }

  /** `$LATEST`, then the published versions in their order. */
  versions(functionName: string): FunctionConfig[] {
    const latest = this.#latest(parseFunctionName(functionName).name);
    const published = this.#versions.entries().filter(([key]) => key.startsWith(`${latest.name}:`));
    return [latest, ...published.map(([, { config }]) => config)];
  }

  /** Takes any form of name. Throws ResourceNotFoundException in the words of AWS. */
  resolve(text: string, beside?: string): ResolvedFunction {
    const { name, qualifier } = parseFunctionName(text, beside);
    const latest = this.#latest(name);
    if (qualifier === undefined) return { config: latest, invokedArn: latest.arn };
    const config = qualifier === '$LATEST' ? latest : this.#pinned(latest, qualifier);
    return { config, qualifier, invokedArn: `${latest.arn}:${qualifier}` };
  }

  #latest(name: string): FunctionConfig {
    const config = this.#functions.get(name);
    if (config !== undefined) return config;
    throw notFound(`Function not found: ${this.#place.arnPrefix}${name}`);
  }

  #pinned({ name, arn }: FunctionConfig, qualifier: string): FunctionConfig {
    const version = this.#aliases.get(`${name}:${qualifier}`) ?? qualifier;
    const found = this.#versions.get(versionKey(name, version));
    if (found !== undefined) return found.config;
    throw notFound(`Function not found: ${arn}:${qualifier}`);
  }
}

/** The asset folder is named by the hash of its content, so a copy of that name is never stale. */
function keepCode(codeDir: string, config: FunctionConfig): string {
  const kept = join(codeDir, config.name, basename(config.codePath));
  if (!existsSync(kept)) cpSync(config.codePath, kept, { recursive: true });
  return kept;
}

function versionKey(name: string, version: string): string {
  return `${name}:${version.padStart(6, '0')}`;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
