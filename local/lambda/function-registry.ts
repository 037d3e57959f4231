import { cpSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StateStore } from '../kernel/state-store.ts';
import { AwsError } from '../kernel/service.ts';
import type { FunctionConfig } from './function-config.ts';
import { parseFunctionName } from './function-name.ts';

/** A function as a caller named it: what runs, and under which ARN it was called. */
export interface ResolvedFunction {
  readonly config: FunctionConfig;
  readonly qualifier?: string | undefined;
  /** With the qualifier the caller gave, as `context.invokedFunctionArn` shows it. */
  readonly invokedArn: string;
}

export interface FunctionRegistry {
  readonly put: (config: FunctionConfig) => void;
  /** Publishes `$LATEST`. The same publisher (stack and logical id) gets the same number again. */
  readonly publish: (functionName: string, publisher: string) => FunctionConfig;
  readonly putAlias: (functionName: string, alias: string, version: string) => string;
  readonly alias: (functionName: string, alias: string) => { arn: string; version: string };
  /** Takes any form of name; throws ResourceNotFoundException in the words of AWS. */
  readonly resolve: (text: string, qualifier?: string) => ResolvedFunction;
  readonly list: () => FunctionConfig[];
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
export function createFunctionRegistry(state: StateStore, place: RegistryPlace): FunctionRegistry {
  const functions = new Map<string, FunctionConfig>();
  const aliases = new Map<string, string>();
  const versions = state.table<PublishedVersion>('versions');

  const latest = (name: string): FunctionConfig => {
    const config = functions.get(name);
    if (config === undefined) throw notFound(`Function not found: ${place.arnPrefix}${name}`);
    return config;
  };
  const pinned = (name: string, qualifier: string): FunctionConfig => {
    const current = latest(name);
    if (qualifier === '$LATEST') return current;
    const version = aliases.get(`${name}:${qualifier}`) ?? qualifier;
    const found = versions.get(versionKey(name, version));
    if (found === undefined) throw notFound(`Function not found: ${current.arn}:${qualifier}`);
    return found.config;
  };

  return {
    put: (config) => void functions.set(config.name, config),
    publish: (text, publisher) => {
      const { name } = parseFunctionName(text);
      const current = latest(name);
      const known = versions.entries().filter(([key]) => key.startsWith(`${name}:`));
      const again = known.find(([, version]) => version.publisher === publisher)?.[1].config.version;
      const version = again ?? String(known.length + 1);
      const codePath = place.codeDir === undefined ? current.codePath : keepCode(place.codeDir, current);
      const config = { ...current, version, codePath };
      versions.put(versionKey(name, version), { config, publisher });
      return config;
    },
    putAlias: (text, alias, version) => {
      const { name } = parseFunctionName(text);
      aliases.set(`${name}:${alias}`, version);
      return `${latest(name).arn}:${alias}`;
    },
    alias: (text, alias) => {
      const { name } = parseFunctionName(text);
      const version = aliases.get(`${name}:${alias}`);
      const arn = `${latest(name).arn}:${alias}`;
      if (version === undefined) throw notFound(`Cannot find alias arn: ${arn}`);
      return { arn, version };
    },
    resolve: (text, beside) => {
      const { name, qualifier } = parseFunctionName(text, beside);
      const config = qualifier === undefined ? latest(name) : pinned(name, qualifier);
      const arn = qualifier === undefined ? config.arn : `${config.arn}:${qualifier}`;
      return { config, qualifier, invokedArn: arn };
    },
    list: () => [...functions.values()],
  };
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
